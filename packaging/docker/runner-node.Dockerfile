# The agent. Build from the repository's root: docker build -f packaging/docker/runner-node.Dockerfile .
# The image keeps the repository's layout below /opt/fleetwall, so that its command is the launcher's.
FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends maven clang libbpf-dev linux-libc-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY policy-engine policy-engine
COPY protocol protocol
COPY bpf bpf
COPY laboratory laboratory
COPY runner-node runner-node
COPY gateway gateway
COPY cli cli
COPY load-tests load-tests
RUN mvn -B -ntp -Dmaven.test.skip=true -pl runner-node -am package

FROM eclipse-temurin:25-jre-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends libbpf1 nftables \
    && rm -rf /var/lib/apt/lists/*
COPY conf/logback-runner-node.xml /opt/fleetwall/conf/logback-runner-node.xml
COPY conf/runner-node.yaml /opt/fleetwall/conf/runner-node.yaml
COPY --from=build /src/runner-node/target/lib /opt/fleetwall/runner-node/target/lib
COPY --from=build /src/runner-node/target/runner-node-0.1.0-SNAPSHOT.jar /opt/fleetwall/runner-node/target/
# Added capabilities reach the process of no other user; k8s/README.md lists those it needs.
USER 0:0
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=24576
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-Dfleetwall.home=/opt/fleetwall", \
    "-Xms16m", "-Xmx64m", "-Xmn8m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", \
    "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10", "-XX:SoftRefLRUPolicyMSPerMB=50", "-XX:TrimNativeHeapInterval=5000", \
    "-XX:+ExitOnOutOfMemoryError", "-XX:Tier4InvocationThreshold=30000", "-XX:Tier4MinInvocationThreshold=6000", \
    "-XX:Tier4CompileThreshold=60000", "-XX:Tier4BackEdgeThreshold=240000", \
    "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.noUnsafe=false", "-Djdk.reflect.useNativeAccessorOnly=true", \
    "-XX:-UsePerfData", \
    "-Dlogback.configurationFile=/opt/fleetwall/conf/logback-runner-node.xml", "-jar", \
    "/opt/fleetwall/runner-node/target/runner-node-0.1.0-SNAPSHOT.jar"]
CMD ["--config", "/opt/fleetwall/conf/runner-node.yaml"]

# The gateway. Build from the repository's root: docker build -f packaging/docker/gateway.Dockerfile .
# The image keeps the repository's layout below /opt/fleetwall, so that its command is the launcher's.
FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
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
RUN mvn -B -ntp -Dmaven.test.skip=true -pl gateway -am package

FROM eclipse-temurin:25-jre-noble
RUN groupadd --gid 10001 fleetwall \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin fleetwall \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/fleetwall
COPY conf/logback-gateway.xml /opt/fleetwall/conf/logback-gateway.xml
COPY conf/gateway.yaml /opt/fleetwall/conf/gateway.yaml
COPY --from=build /src/gateway/target/lib /opt/fleetwall/gateway/target/lib
COPY --from=build /src/gateway/target/gateway-0.1.0-SNAPSHOT.jar /opt/fleetwall/gateway/target/
USER 10001:10001
WORKDIR /var/lib/fleetwall
EXPOSE 7070 7443
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-Dfleetwall.home=/opt/fleetwall", \
    "-XX:MaxRAMPercentage=50", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:Tier4InvocationThreshold=30000", "-XX:Tier4MinInvocationThreshold=6000", "-XX:Tier4CompileThreshold=60000", \
    "-XX:Tier4BackEdgeThreshold=240000", "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.noUnsafe=false", \
    "-Dlogback.configurationFile=/opt/fleetwall/conf/logback-gateway.xml", "-jar", \
    "/opt/fleetwall/gateway/target/gateway-0.1.0-SNAPSHOT.jar"]
CMD ["--config", "/opt/fleetwall/conf/gateway.yaml"]

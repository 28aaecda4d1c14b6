package io.fleetwall.load.gateway;

import io.fleetwall.gateway.Gateway;
import io.fleetwall.laboratory.process.JavaCommand;
import io.fleetwall.node.RunnerNode;
import java.nio.file.Path;
import java.util.List;

/** How the product's two programs are started. */
public enum Programs {
    /** As they are shipped, by the launcher. */
    LAUNCHED,
    /** From this JVM's own class path: what a build has just made, while it is under way. */
    OF_CLASS_PATH;

    private static final int GATEWAY_MEGABYTES = 256;
    private static final int NODE_MEGABYTES = 96;

    /** The command line of a gateway. */
    public List<String> gateway(Path settings) {
        return switch (this) {
            case LAUNCHED -> launcher("gateway", settings);
            case OF_CLASS_PATH ->
                    JavaCommand.ofClass(Gateway.class, GATEWAY_MEGABYTES)
                            .with("--config", settings.toString());
        };
    }

    /** The command line of an agent. */
    public List<String> runnerNode(Path settings) {
        return switch (this) {
            case LAUNCHED -> launcher("runner-node", settings);
            case OF_CLASS_PATH ->
                    JavaCommand.ofClass(RunnerNode.class, NODE_MEGABYTES)
                            .with("--config", settings.toString());
        };
    }

    private static List<String> launcher(String program, Path settings) {
        Path launcher = Path.of(System.getProperty("fleetwall.home"), "fleetwall");
        return List.of(launcher.toString(), program, "--config", settings.toString());
    }
}

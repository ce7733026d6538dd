package io.hawser.devkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;

import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A service that is a container of this machine's Docker engine. Loaded only when Testcontainers is
 * on the class path.
 */
final class DockerService implements Service {
    private static final Duration START_TIME = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 10;

    /** What is run, and where. */
    record Spec(
            String image,
            int containerPort,
            int hostPort,
            Map<String, String> environment,
            List<String> command) {}

    private final Spec spec;
    private @Nullable GenericContainer<?> container;

    DockerService(Spec spec) {
        this.spec = spec;
    }

    static boolean engineAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Override
    public void start(BooleanSupplier answers) {
        if (container == null) {
            container = create();
            container.start();
        } else {
            client().startContainerCmd(id()).exec();
        }
        if (!Probe.await(answers, this::isAlive, START_TIME)) {
            String logs = running().getLogs();
            remove();
            throw new ServiceFailedException(spec.image + " did not answer; output:\n" + logs);
        }
    }

    @Override
    public boolean isAlive() {
        return container != null && Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public void stop() {
        if (!isAlive()) {
            return;
        }
        if (isPaused()) {
            kill();
        } else {
            client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
        }
    }

    @Override
    public void kill() {
        // The engine refuses to kill a paused container on some systems.
        if (isPaused()) {
            resume();
        }
        if (isAlive()) {
            client().killContainerCmd(id()).exec();
        }
    }

    @Override
    public void suspend() {
        client().pauseContainerCmd(id()).exec();
    }

    @Override
    public void resume() {
        client().unpauseContainerCmd(id()).exec();
    }

    @Override
    public void wipe() {
        // The data are in the container, so they go with it; start makes a new one.
        remove();
    }

    @Override
    public void remove() {
        if (container != null) {
            container.stop();
            container = null;
        }
    }

    @Override
    public Address peerAddress() {
        return running().getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(Objects::nonNull)
                .findFirst()
                .map(address -> new Address(address, spec.containerPort))
                .orElseThrow(() -> new IllegalStateException(spec.image + " has no address"));
    }

    private GenericContainer<?> create() {
        return new GenericContainer<>(spec.image)
                .withExposedPorts(spec.containerPort)
                .withEnv(spec.environment)
                .withCommand(spec.command.toArray(String[]::new))
                .withCreateContainerCmdModifier(this::bindPort)
                .waitingFor(new NoWait());
    }

    /** A port of our choice, since one of the engine's choice changes with each start. */
    private void bindPort(CreateContainerCmd create) {
        var binding =
                new PortBinding(
                        Binding.bindIpAndPort("127.0.0.1", spec.hostPort),
                        new ExposedPort(spec.containerPort));
        HostConfig host =
                create.getHostConfig() == null ? new HostConfig() : create.getHostConfig();
        create.withHostConfig(host.withPortBindings(binding));
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    private ContainerState state() {
        return client().inspectContainerCmd(id()).exec().getState();
    }

    private String id() {
        return running().getContainerId();
    }

    private DockerClient client() {
        return running().getDockerClient();
    }

    private GenericContainer<?> running() {
        if (container == null) {
            throw new IllegalStateException("not started");
        }
        return container;
    }

    /** We ask in the service's own protocol, after this. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}

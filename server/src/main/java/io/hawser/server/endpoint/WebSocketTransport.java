package io.hawser.server.endpoint;

import io.hawser.server.config.NodeConfig;
import io.hawser.server.session.SessionContext;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;

import jakarta.servlet.ServletException;

import org.xnio.XnioWorker;

import java.util.List;
import java.util.function.BooleanSupplier;

/** The WebSocket paths of the public port, as one handler. Thread-safe. */
public final class WebSocketTransport {
    public static final String PATH = "/connection/websocket";
    public static final String UNI_PATH = "/connection/uni_websocket";

    /** As the listeners' own; connections that come in use those, and there are no others. */
    private static final int BUFFER_BYTES = 16 * 1024;

    private final DeploymentManager deployment;
    private final HttpHandler handler;

    /**
     * @param serving whether handshakes are accepted now
     * @param node says how many connections there may be, and which proxies to believe
     */
    public WebSocketTransport(
            SessionContext context,
            FanOut fanOut,
            XnioWorker worker,
            BooleanSupplier serving,
            NodeConfig node,
            List<String> allowedOrigins)
            throws ServletException {
        var clients = new ClientAddresses(node.trustedProxies());
        var endpoints =
                new WebSocketDeploymentInfo()
                        .setWorker(worker)
                        .setBuffers(new DefaultByteBufferPool(true, BUFFER_BYTES, -1, 4))
                        .setDispatchToWorkerThread(false)
                        .addEndpoint(
                                Handshake.configuration(
                                        PATH, new ClientEndpoint(context, fanOut, false), clients))
                        .addEndpoint(
                                Handshake.configuration(
                                        UNI_PATH,
                                        new ClientEndpoint(context, fanOut, true),
                                        clients));
        DeploymentInfo info =
                Servlets.deployment()
                        .setClassLoader(WebSocketTransport.class.getClassLoader())
                        .setContextPath("/")
                        .setDeploymentName("hawser")
                        .addServletContextAttribute(
                                WebSocketDeploymentInfo.ATTRIBUTE_NAME, endpoints);
        deployment = Servlets.newContainer().addDeployment(info);
        deployment.deploy();
        handler =
                new HandshakeGate(
                        deployment.start(),
                        serving,
                        fanOut::connections,
                        node.maxConnections(),
                        allowedOrigins);
    }

    /** Serves {@link #PATH} and {@link #UNI_PATH}. */
    public HttpHandler handler() {
        return handler;
    }

    /** Stops the deployment; open connections must be closed before. */
    public void stop() throws ServletException {
        deployment.stop();
        deployment.undeploy();
    }
}

package tests.hapi;

import ca.uhn.fhir.jpa.subscription.match.config.WebsocketDispatcherConfig;
import jakarta.servlet.DispatcherType;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * HAPI FHIR's JPA server (R4) on an H2 database in memory, on loopback only, until it is killed or its stdin ends.
 *
 * <p>{@code java tests.hapi.Main PORT} (0: a free one) prints one line of JSON with the base URL once it answers.
 * {@code /fhir} is REST, and {@code /reusing} the same with HAPI's reuse of searches, on which see {@link Settings}.
 * {@code /websocket} is the subscriptions' push.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        // What libraries print is for people: stdout has the one line only.
        PrintStream out = System.out;
        System.setOut(System.err);
        System.setProperty("scheduling_disabled", "true");

        var beans = new AnnotationConfigWebApplicationContext();
        beans.register(Settings.class, WebsocketDispatcherConfig.class);

        var context = new ServletContextHandler();
        var spring = new ServletHolder(new DispatcherServlet(beans));
        spring.setInitOrder(1); // makes the beans that the next one takes
        context.addServlet(spring, "/*");
        var fhir = new ServletHolder(new FhirServlet(beans));
        fhir.setInitOrder(2);
        context.addServlet(fhir, "/fhir/*");
        context.addServlet(fhir, "/reusing/*");
        context.addFilter(new FilterHolder(new Fresh()), "/fhir/*", EnumSet.of(DispatcherType.REQUEST));
        JettyWebSocketServletContainerInitializer.configure(context, null);

        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(connector);
        server.setHandler(context);
        try {
            server.start();
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
        out.printf("{\"url\": \"http://%s:%d/fhir\"}%n", connector.getHost(), connector.getLocalPort());
        out.flush();
        while (System.in.read() >= 0) {} // whoever started it may be killed
        System.exit(0);
    }
}

package io.kulkul.it;

import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What the tests deploy. */
final class Deployments {
    private static final String BEANS_XML = """
            <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
            """;

    private static final String GATEWAY = "/kulkul-gateway.war";
    private static final String CONFIGURATION = "META-INF/microprofile-config.properties";

    /** As it is where nothing is configured; the tests' server has the gateway's configuration. */
    private static final StringAsset ON_ENDPOINT = new StringAsset("kulkul.connection.transport=endpoint\n");

    private Deployments() {}

    /** The EAR as the build made it; its context root is {@code /}. */
    static EnterpriseArchive kulkulEar() {
        return ShrinkWrap.create(ZipImporter.class, "kulkul.ear")
                .importFrom(new File(System.getProperty("kulkul.it.ear")))
                .as(EnterpriseArchive.class);
    }

    /** The same with the server's WebSockets. */
    static EnterpriseArchive kulkulEarOnEndpoint() {
        EnterpriseArchive ear = kulkulEar();
        WebArchive gateway = ear.getAsType(WebArchive.class, GATEWAY);
        ear.delete(GATEWAY);
        return ear.addAsModule(gateway.addAsResource(ON_ENDPOINT, CONFIGURATION));
    }

    /**
     * A small web application of an imagined shop that has kulkul-core in {@code WEB-INF/lib} and configures nothing but what the tests'
     * server does for it; its context root is {@code /shop}.
     */
    static WebArchive shop(Class<?>... classes) {
        return ShrinkWrap.create(WebArchive.class, "shop.war")
                .addAsLibraries(new File(System.getProperty("kulkul.it.shop.libraries")).listFiles())
                .addAsWebInfResource(new StringAsset(BEANS_XML), "beans.xml")
                .addAsResource(ON_ENDPOINT, CONFIGURATION)
                .addAsWebResource(new StringAsset("<!doctype html><title>Shop</title>"), "index.html")
                .addClasses(classes);
    }
}

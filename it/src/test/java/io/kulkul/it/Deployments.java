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

    private Deployments() {}

    /** The EAR as the build made it; its context root is {@code /}. */
    static EnterpriseArchive kulkulEar() {
        return ShrinkWrap.create(ZipImporter.class, "kulkul.ear")
                .importFrom(new File(System.getProperty("kulkul.it.ear")))
                .as(EnterpriseArchive.class);
    }

    /**
     * A small web application of an imagined shop that has kulkul-core in {@code WEB-INF/lib} and configures nothing; its
     * context root is {@code /shop}.
     */
    static WebArchive shop(Class<?>... classes) {
        return ShrinkWrap.create(WebArchive.class, "shop.war")
                .addAsLibraries(new File(System.getProperty("kulkul.it.shop.libraries")).listFiles())
                .addAsWebInfResource(new StringAsset(BEANS_XML), "beans.xml")
                .addAsWebResource(new StringAsset("<!doctype html><title>Shop</title>"), "index.html")
                .addClasses(classes);
    }
}

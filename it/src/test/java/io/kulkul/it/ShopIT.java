package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application that only added kulkul-core to its WAR still starts and serves its own pages. */
@ExtendWith(ArquillianExtension.class)
class ShopIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @Deployment(testable = false)
    static WebArchive shop() {
        return Deployments.shop();
    }

    @Test
    void itsOwnPageIsServed() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(ServerUnderTest.http("/shop/")).build();

        HttpResponse<String> page = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Shop</title>");
    }
}

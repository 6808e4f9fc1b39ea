package io.kulkul.core.endpoint;

import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.settings.KulkulSettings;
import io.kulkul.core.settings.SettingsProducer;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import java.lang.System.Logger.Level;
import java.time.Clock;

/** Stops the application's start when a setting is wrong: a server may go on after a listener's exception, but not after this. */
public class StartCheck implements Extension {

    private static final System.Logger LOG = System.getLogger(StartCheck.class.getName());

    void check(@Observes AfterDeploymentValidation validation) {
        try {
            KulkulSettings settings = SettingsProducer.read();
            TokenVerifier.open(settings.token(), Clock.systemUTC());
        } catch (RuntimeException wrong) {
            // Not every server shows the problem itself on its console.
            LOG.log(Level.ERROR, wrong.getMessage());
            validation.addDeploymentProblem(wrong);
        }
    }
}

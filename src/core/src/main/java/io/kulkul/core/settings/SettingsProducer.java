package io.kulkul.core.settings;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads the application's settings from MicroProfile Config. */
@ApplicationScoped
public class SettingsProducer {

    /**
     * Reads them now.
     *
     * @throws SettingsException when anything is wrong with them
     */
    @Produces
    @Singleton
    public static KulkulSettings read() {
        return KulkulSettings.read(ConfigProvider.getConfig());
    }
}

package io.kulkul.core.settings;

import java.util.List;

/** Says everything that is wrong with the settings: each key, its value, and what is allowed. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SettingsException(List<String> faults) {
        super("KULKUL0110E " + faults.size() + (faults.size() == 1 ? " setting is" : " settings are") + " wrong:\n  "
                + String.join("\n  ", faults));
    }
}

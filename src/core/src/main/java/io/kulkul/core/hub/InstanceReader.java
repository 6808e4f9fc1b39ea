package io.kulkul.core.hub;

import java.util.Map;

/** Reads for operators what this instance alone knows; asked by this instance and by the others. Called by threads that may work, not wait. */
public interface InstanceReader {

    /**
     * Reads.
     *
     * @param what a list's name or another word that the reader knows
     * @param tenant whose
     * @param parameters what narrows it down; never trusted
     * @return a JSON object; {@code {}} where there is no such thing
     * @throws RefusedException when that cannot be read so
     */
    String read(Hub hub, String what, String tenant, Map<String, String> parameters) throws RefusedException;
}

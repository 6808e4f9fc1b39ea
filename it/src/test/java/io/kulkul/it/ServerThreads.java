package io.kulkul.it;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What the threads of the server under test are doing; virtual ones are not among them. */
final class ServerThreads {

    /** Where Open Liberty's feature {@code localConnector} says how it is reached from this machine. */
    private static final Path ADDRESS = ServerLog.DIRECTORY.resolve("state").resolve("com.ibm.ws.jmx.local.address");

    private ServerThreads() {}

    /** The threads that are within a method of a class of one of these names, each with its stack. */
    @SuppressWarnings("BanJNDI") // the address is the one that the server under test wrote
    static List<String> within(Set<String> classNames) throws IOException {
        JMXServiceURL url = new JMXServiceURL(Files.readString(ADDRESS).strip());
        try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    connector.getMBeanServerConnection(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return Arrays.stream(threads.dumpAllThreads(false, false))
                    .filter(thread -> Arrays.stream(thread.getStackTrace())
                            .anyMatch(frame -> classNames.contains(frame.getClassName())))
                    .map(thread -> thread.getThreadName() + " in " + Arrays.toString(thread.getStackTrace()))
                    .toList();
        }
    }
}

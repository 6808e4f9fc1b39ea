package io.kulkul.core.settings;

import io.kulkul.core.access.OriginPolicy;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.dialect.Dialects;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads values, notes every fault, and throws them all together at the end. Used once, by one thread. */
final class SettingsReader {

    private static final Pattern NAMESPACE_KEY =
            Pattern.compile("kulkul\\.namespace\\.(?:\"([^\"]+)\"|([^.\"]+))\\.([a-z-]+)");
    private static final Pattern ROLE_KEY = Pattern.compile("kulkul\\.role\\.(?:\"([^\"]+)\"|([^.\"]+))\\.([a-z-]+)");
    private static final Pattern DIALECT_KEY =
            Pattern.compile("kulkul\\.dialect\\.(?:\"([^\"]+)\"|([^.\"]+))\\.([a-z-]+)");
    private static final Pattern NAMESPACE_NAME = Pattern.compile("\\*|\\$?[A-Za-z0-9_./-]{1,64}");

    private final Config config;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Map<String, String>> namespaces = new TreeMap<>();
    private final Map<String, String> roles = new TreeMap<>();
    private final Map<String, Map<String, String>> dialects = new TreeMap<>();

    SettingsReader(Config config) {
        this.config = config;
        sortKeys();
    }

    /** Finds the namespaces' keys, and the keys that there are not. */
    private void sortKeys() {
        Set<String> known = new HashSet<>();
        SettingKeys.FIXED.forEach(setting -> known.add(SettingKeys.PREFIX + setting.key()));
        Set<String> present = new TreeSet<>();
        config.getPropertyNames().forEach(present::add);
        for (String key : present) {
            if (key.startsWith(SettingKeys.NAMESPACE_PREFIX)) {
                noteNamespaceKey(key);
            } else if (key.startsWith(SettingKeys.ROLE_PREFIX)) {
                noteRoleKey(key);
            } else if (key.startsWith(SettingKeys.DIALECT_PREFIX)) {
                noteDialectKey(key);
            } else if (key.startsWith(SettingKeys.PREFIX) && !known.contains(key) && !isGuess(key, known, present)) {
                faults.add(key + " is no setting" + didYouMean(key, known));
            }
        }
    }

    /**
     * Whether the key is how the configuration spells an environment variable that it also names: of KULKUL_CONNECTION_MAX_TOTAL it
     * cannot know which of the underscores stand for hyphens, and lists {@code kulkul.connection.max.total}.
     */
    private static boolean isGuess(String key, Set<String> known, Set<String> present) {
        return present.contains(environmentName(key))
                && known.stream().anyMatch(each -> environmentName(each).equals(environmentName(key)));
    }

    private static String environmentName(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private void noteNamespaceKey(String key) {
        Matcher matcher = NAMESPACE_KEY.matcher(key);
        if (!matcher.matches()) {
            faults.add(key + " is no setting; allowed is kulkul.namespace.\"NAME\".OPTION");
            return;
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        Set<String> options = new HashSet<>();
        SettingKeys.OF_NAMESPACE.forEach(setting -> options.add(setting.key()));
        if (!NAMESPACE_NAME.matcher(name).matches()) {
            faults.add(key + ": a namespace's name is * or 1 to 64 of A-Z a-z 0-9 _ . / -");
        } else if (!options.contains(matcher.group(3))) {
            faults.add(key + " is no setting" + didYouMean(matcher.group(3), options));
        } else {
            namespaces.computeIfAbsent(name, any -> new HashMap<>()).put(matcher.group(3), key);
        }
    }

    private void noteRoleKey(String key) {
        Matcher matcher = ROLE_KEY.matcher(key);
        if (matcher.matches()
                && matcher.group(3).equals(SettingKeys.OF_ROLE.get(0).key())) {
            roles.put(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), key);
        } else {
            faults.add(key + " is no setting; allowed is kulkul.role.\"NAME\".permissions");
        }
    }

    private void noteDialectKey(String key) {
        Matcher matcher = DIALECT_KEY.matcher(key);
        if (!matcher.matches()) {
            faults.add(key + " is no setting; allowed is kulkul.dialect.\"NAME\".OPTION");
            return;
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        Set<String> options = new HashSet<>();
        SettingKeys.OF_DIALECT.forEach(setting -> options.add(setting.key()));
        if (!Dialects.NAMES.contains(name)) {
            faults.add(key + ": there is no such dialect; allowed are " + String.join(", ", Dialects.NAMES));
        } else if (!options.contains(matcher.group(3))) {
            faults.add(key + " is no setting" + didYouMean(matcher.group(3), options));
        } else {
            dialects.computeIfAbsent(name, any -> new HashMap<>()).put(matcher.group(3), key);
        }
    }

    /** A dialect option's value; null where it is absent. */
    @Nullable
    String dialectOption(String dialect, String option) {
        String key = dialects.getOrDefault(dialect, Map.of()).get(option);
        return key == null ? null : checked(find(SettingKeys.OF_DIALECT, option), key);
    }

    /** What each configured role allows. */
    Map<String, Set<String>> roles() {
        Map<String, Set<String>> permissions = new HashMap<>();
        roles.forEach((role, key) -> {
            String value = checked(SettingKeys.OF_ROLE.get(0), key);
            permissions.put(role, value == null ? Set.of() : permissionWords(value));
        });
        return permissions;
    }

    private static Set<String> permissionWords(String value) {
        Set<String> words = new LinkedHashSet<>();
        for (String word : value.split("[\\s,]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** The names of the configured namespaces, among them {@code *} where defaults are configured. */
    Set<String> namespaces() {
        return namespaces.keySet();
    }

    /** A fixed key's value, its default where it is absent, null where it has none. */
    @Nullable
    String text(String key) {
        Setting setting = find(SettingKeys.FIXED, key);
        return checked(setting, SettingKeys.PREFIX + key);
    }

    /** Whether the namespace itself has the option configured. */
    boolean configures(String namespace, String option) {
        return namespaces.getOrDefault(namespace, Map.of()).containsKey(option);
    }

    /** A namespace option's value: its own, else that of {@code *}, else the default. */
    String option(String namespace, String option) {
        Setting setting = find(SettingKeys.OF_NAMESPACE, option);
        String key = namespaces.getOrDefault(namespace, Map.of()).get(option);
        if (key == null) {
            key = namespaces.getOrDefault("*", Map.of()).get(option);
        }
        String value = key == null ? setting.ifAbsent() : checked(setting, key);
        return value == null ? setting.ifAbsent() : value;
    }

    int number(String key) {
        String value = text(key);
        return value == null ? 0 : Integer.parseInt(value);
    }

    Duration duration(String key) {
        String value = text(key);
        return value == null ? Duration.ZERO : Duration.parse(value);
    }

    /** Another setting's value, which has no rules here; null where it is absent. */
    @Nullable
    String foreign(String key) {
        return config.getOptionalValue(key, String.class).orElse(null);
    }

    /** Notes a fault that only several settings together make. */
    void fault(String fault) {
        faults.add(fault);
    }

    /**
     * Ends the reading.
     *
     * @throws SettingsException when anything was wrong
     */
    void finish() {
        if (!faults.isEmpty()) {
            throw new SettingsException(List.copyOf(new LinkedHashSet<>(faults)));
        }
    }

    private @Nullable String checked(Setting setting, String key) {
        String ifAbsent = setting.ifAbsent().isEmpty() ? null : setting.ifAbsent();
        String value = config.getConfigValue(key).getValue();
        if (value == null) {
            // An empty value and an absent one look the same to MicroProfile Config; only a present key can be wrong.
            if (config.getConfigValue(key).getRawValue() != null && setting.kind() != Setting.Kind.ORIGINS) {
                faults.add(key + " is empty; allowed is " + setting.allowed());
            }
            return ifAbsent;
        }
        String stripped = value.strip();
        if (!isAllowed(setting, stripped)) {
            faults.add(key + "=" + value + " is not allowed; allowed is " + setting.allowed());
            return ifAbsent;
        }
        return stripped;
    }

    private static boolean isAllowed(Setting setting, String value) {
        return switch (setting.kind()) {
            case NUMBER ->
                value.matches("[0-9]{1,10}")
                        && Long.parseLong(value) >= setting.min()
                        && Long.parseLong(value) <= setting.max();
            case DURATION -> isDuration(value, setting.min(), setting.max());
            case TEXT -> value.matches("instance".equals(setting.key()) ? "[A-Za-z0-9_.-]{1,64}" : "\\S{1,128}");
            case CHOICE -> List.of(setting.allowed().split(" or ", -1)).contains(value);
            case ORIGINS -> words(value).stream().allMatch(OriginPolicy::isValid);
            case PERMISSIONS -> permissionWords(value).stream().allMatch(Permissions::isEntry);
        };
    }

    private static boolean isDuration(String value, long min, long max) {
        try {
            long millis = Duration.parse(value).toMillis();
            return millis >= min && millis <= max;
        } catch (DateTimeException | ArithmeticException notADuration) {
            return false;
        }
    }

    /** What stands between the commas. */
    static Set<String> words(@Nullable String value) {
        Set<String> words = new LinkedHashSet<>();
        for (String word : value == null ? new String[0] : value.split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static Setting find(List<Setting> settings, String key) {
        return settings.stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(key));
    }

    private static String didYouMean(String wrong, Set<String> known) {
        return known.stream()
                .filter(key -> distance(wrong, key) <= 3)
                .min((a, b) -> Integer.compare(distance(wrong, a), distance(wrong, b)))
                .map(key -> "; did you mean " + key + "?")
                .orElseGet(() -> "; allowed are " + String.join(", ", new TreeSet<>(known)));
    }

    /** The Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

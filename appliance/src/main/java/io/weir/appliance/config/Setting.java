package io.weir.appliance.config;

/**
 * A key with its effective value.
 *
 * @param key the key's name
 * @param value the value as the file would have it; secrets are masked
 * @param isDefault whether the file does not mention the key
 */
public record Setting(String key, String value, boolean isDefault) {}

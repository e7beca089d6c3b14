package io.weir.perf.report;

import java.util.Locale;

/** XML and HTML text, element by element. */
final class Markup {
    private final StringBuilder text = new StringBuilder();

    /** What stands between tags or in an attribute. */
    static String escape(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A coordinate. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Opens an element; attributes are names and values in turn. */
    Markup open(String name, Object... attributes) {
        tag(name, attributes);
        text.append('>');
        return this;
    }

    /** Closes an element. */
    Markup close(String name) {
        text.append("</").append(name).append(">\n");
        return this;
    }

    /** An element without content. */
    Markup empty(String name, Object... attributes) {
        tag(name, attributes);
        text.append("/>\n");
        return this;
    }

    /** An element with nothing but text in it. */
    Markup leaf(String name, String content, Object... attributes) {
        return open(name, attributes).text(content).close(name);
    }

    /** Text. */
    Markup text(String content) {
        text.append(escape(content));
        return this;
    }

    /** What is markup already. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    private void tag(String name, Object... attributes) {
        text.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            text.append(' ').append(attributes[i]).append("=\"");
            text.append(escape(value instanceof Double number ? number(number) : String.valueOf(value)));
            text.append('"');
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

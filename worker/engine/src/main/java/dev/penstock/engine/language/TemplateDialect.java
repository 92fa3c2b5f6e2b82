package dev.penstock.engine.language;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what Jinjava reads otherwise than Jinja.
 *
 * <p>A named argument's value ends, for Jinjava, at the first operator: {@code namespace(last=messages|length - 1)}
 * would subtract 1 from the argument. In parentheses it is read whole: {@code namespace(last=(messages|length - 1))}.
 * Slices have no step: {@code [::-1]}, the one in use, becomes {@code |reverse|list}. The tags of transformers that mark
 * what an assistant said, for training, become a condition that is always true: it leaves only its contents, and the
 * tags take the space around them as they would have done.
 */
final class TemplateDialect {
    private static final String BACKWARDS = "[::-1]";
    private static final Pattern GENERATION = Pattern.compile("([-+]?)\\s*(end)?generation\\s*(?=[-+]?%})");

    private final String in;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private TemplateDialect(String template) {
        this.in = template;
    }

    static String toJinjava(String template) {
        return new TemplateDialect(template).rewrite();
    }

    private String rewrite() {
        while (at < in.length()) {
            if (in.startsWith("{#", at)) {
                copyThrough("#}");
            } else if (in.startsWith("{{", at)) {
                block("}}");
            } else if (in.startsWith("{%", at)) {
                block("%}");
            } else {
                out.append(in.charAt(at++));
            }
        }
        return out.toString();
    }

    private void copyThrough(String end) {
        int stop = in.indexOf(end, at);
        int next = stop < 0 ? in.length() : stop + end.length();
        out.append(in, at, next);
        at = next;
    }

    private void block(String end) {
        out.append(in, at, at + 2);
        at += 2;
        Matcher generation = GENERATION.matcher(in).region(at, in.length());
        if (end.equals("%}") && generation.lookingAt()) {
            out.append(generation.group(1)).append(generation.group(2) == null ? " if true " : " endif ");
            at = generation.end();
        }
        String word = in.substring(at, Math.min(in.length(), at + 16)).replaceFirst("^-?\\s*", "");
        boolean isMacro = word.startsWith("macro ");
        while (at < in.length() && !in.startsWith(end, at)) {
            if (in.charAt(at) == '(' && !isMacro) {
                out.append(in.charAt(at++));
                arguments();
            } else {
                unit();
            }
        }
        copyThrough(end);
    }

    /** Copies a string or a single character. */
    private void unit() {
        if (in.startsWith(BACKWARDS, at)) {
            out.append("|reverse|list");
            at += BACKWARDS.length();
            return;
        }
        char c = in.charAt(at);
        out.append(c);
        at++;
        if (c != '\'' && c != '"') {
            return;
        }
        while (at < in.length()) {
            char d = in.charAt(at++);
            out.append(d);
            if (d == '\\' && at < in.length()) {
                out.append(in.charAt(at++));
            } else if (d == c) {
                return;
            }
        }
    }

    /** Copies what stands between parentheses, with the values of named arguments in parentheses of their own. */
    private void arguments() {
        boolean open = false;
        while (at < in.length()) {
            char c = in.charAt(at);
            if (c == ')' || c == ',') {
                if (open) {
                    out.append(')');
                    open = false;
                }
                out.append(c);
                at++;
                if (c == ')') {
                    return;
                }
            } else if (c == '=' && !open && isNaming()) {
                out.append("=(");
                at++;
                open = true;
            } else {
                nested();
            }
        }
    }

    private void nested() {
        char c = in.charAt(at);
        if (c == '(') {
            out.append(c);
            at++;
            arguments();
        } else if ((c == '[' && !in.startsWith(BACKWARDS, at)) || c == '{') {
            bracketed(c == '[' ? ']' : '}');
        } else {
            unit();
        }
    }

    private void bracketed(char end) {
        out.append(in.charAt(at++));
        while (at < in.length() && in.charAt(at) != end) {
            nested();
        }
        if (at < in.length()) {
            out.append(in.charAt(at++));
        }
    }

    private boolean isNaming() {
        char before = at > 0 ? in.charAt(at - 1) : ' ';
        char after = at + 1 < in.length() ? in.charAt(at + 1) : ' ';
        return after != '=' && "=!<>".indexOf(before) < 0;
    }
}

package dev.penstock.loadtest.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** One HTML file that needs nothing beside itself: no script, no font, no style sheet, no request. */
public final class HtmlPage {
    private HtmlPage() {}

    /**
     * A figure that is read first.
     *
     * @param name what it says
     * @param value with its unit
     * @param alarming whether it says that something went wrong
     */
    public record Tile(String name, String value, boolean alarming) {}

    /**
     * A page.
     *
     * @param kicker what kind of report it is
     * @param title plain text
     * @param subtitle plain text
     * @param body HTML, its texts already escaped
     */
    public static String of(String kicker, String title, String subtitle, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%2$s</title>
                <style>
                %5$s</style>
                </head>
                <body>
                <main>
                <header>
                <p class="kicker">%1$s</p>
                <h1>%2$s</h1>
                <p class="subtitle">%3$s</p>
                </header>
                %4$s</main>
                </body>
                </html>
                """.formatted(Html.escape(kicker), Html.escape(title), Html.escape(subtitle), body, Style.CSS);
    }

    /** Figures side by side. */
    public static String tiles(List<Tile> tiles) {
        return tiles.stream()
                .map(HtmlPage::tile)
                .collect(Collectors.joining("", "<section class=\"tiles\">", "</section>\n"));
    }

    private static String tile(Tile tile) {
        return "<div class=\"tile" + (tile.alarming() ? " alarming" : "") + "\"><p>" + Html.escape(tile.name())
                + "</p><strong>" + Html.escape(tile.value()) + "</strong></div>";
    }

    private static final class Style {
        private static final String CSS = read();

        private static String read() {
            try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("report.css"))) {
                return new String(css.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}

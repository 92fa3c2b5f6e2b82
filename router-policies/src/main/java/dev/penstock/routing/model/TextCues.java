package dev.penstock.routing.model;

import java.util.Locale;
import java.util.Set;

/**
 * How often a text gives away what kind of task it is. The words are English; of other languages the signs of code and
 * mathematics are seen all the same. One pass over the text; each word and sign counts once, however often it comes.
 *
 * @param code cues of program text
 * @param math cues of mathematics
 * @param reasoning words that ask for thought
 * @param simple words that ask for little
 */
record TextCues(int code, int math, int reasoning, int simple) {
    private static final Set<String> CODE = Set.of(
            "def",
            "return",
            "import",
            "class",
            "function",
            "const",
            "void",
            "public",
            "static",
            "struct",
            "elif",
            "async",
            "await",
            "lambda",
            "println",
            "printf",
            "console",
            "stacktrace",
            "exception",
            "compile",
            "compiler",
            "regex",
            "sql",
            "select",
            "python",
            "java",
            "javascript",
            "typescript",
            "rust",
            "golang",
            "kotlin",
            "c++",
            "bash",
            "kubernetes",
            "refactor",
            "segfault",
            "nullpointerexception",
            "traceback",
            "unittest",
            "algorithm");
    private static final Set<String> MATH = Set.of(
            "prove",
            "proof",
            "theorem",
            "lemma",
            "integral",
            "integrate",
            "derivative",
            "differentiate",
            "equation",
            "solve",
            "matrix",
            "eigenvalue",
            "eigenvalues",
            "polynomial",
            "probability",
            "modulo",
            "prime",
            "vector",
            "converges",
            "limit",
            "geometry",
            "triangle",
            "combinatorics",
            "permutations",
            "logarithm",
            "calculus");
    private static final Set<String> REASONING = Set.of(
            "why",
            "prove",
            "derive",
            "analyze",
            "analyse",
            "compare",
            "evaluate",
            "design",
            "optimize",
            "optimise",
            "debug",
            "diagnose",
            "plan",
            "strategy",
            "justify",
            "critique",
            "reason",
            "reasoning",
            "tradeoffs",
            "trade-offs",
            "architecture",
            "infer",
            "step-by-step",
            "implications",
            "root-cause",
            "constraints");
    private static final Set<String> SIMPLE = Set.of(
            "translate",
            "summarize",
            "summarise",
            "rewrite",
            "paraphrase",
            "spell",
            "spelling",
            "hello",
            "hi",
            "hey",
            "thanks",
            "define",
            "list",
            "extract",
            "classify",
            "rephrase",
            "shorten",
            "title",
            "greet",
            "capital");
    private static final String[] CODE_SIGNS = {
        "```",
        "();",
        "){",
        ") {",
        "};",
        "=>",
        "==",
        "!=",
        "->",
        "::",
        "#include",
        "</",
        "/>",
        "&&",
        "||",
        "\tif ",
        "    if "
    };
    private static final String[] MATH_SIGNS = {
        "\\frac",
        "\\int",
        "\\sum",
        "\\sqrt",
        "\\begin{",
        "$$",
        "^2",
        "^{",
        "\u222b",
        "\u2211",
        "\u221a",
        "\u2264",
        "\u2265",
        "\u2200",
        "\u2203",
        " mod ",
        "x = ",
        "f(x)"
    };
    private static final String[] REASONING_SIGNS = {
        "step by step",
        "trade-off",
        "pros and cons",
        "root cause",
        "think carefully",
        "in detail",
        "explain how",
        "explain why"
    };

    /** Words longer than this are none of ours. */
    private static final int MAX_WORD = 24;

    static TextCues of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        Set<String> words = new java.util.HashSet<>();
        int start = -1;
        for (int i = 0; i <= lower.length(); i++) {
            boolean inWord = i < lower.length() && isWord(lower.charAt(i));
            if (inWord && start < 0) {
                start = i;
            } else if (!inWord && start >= 0) {
                if (i - start <= MAX_WORD) {
                    words.add(lower.substring(start, i));
                }
                start = -1;
            }
        }
        return new TextCues(
                count(words, CODE) + signs(lower, CODE_SIGNS),
                count(words, MATH) + signs(lower, MATH_SIGNS),
                count(words, REASONING) + signs(lower, REASONING_SIGNS),
                count(words, SIMPLE));
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+';
    }

    private static int count(Set<String> words, Set<String> cues) {
        int count = 0;
        for (String cue : cues) {
            count += words.contains(cue) ? 1 : 0;
        }
        return count;
    }

    private static int signs(String text, String[] signs) {
        int count = 0;
        for (String sign : signs) {
            count += text.contains(sign) ? 1 : 0;
        }
        return count;
    }
}

# ruff: noqa: RUF001 - look-alike characters are the point of these texts
"""The texts that an exported model must read as the original does: fixed, so a failure repeats."""

_FRAGMENTS = (
    "x = 1",
    "def wrap(text: str, *, width=70) -> list[str]:",
    "camelCaseName and snake_case_name and HTTPServer2",
    "it's they'll we've I'M DON'T",
    "'''quotes''' \"\"\"docstring\"\"\" `code`",
    "<tag attr='v'/> <| not a token |> </s> [INST]",
    "!= == <= >= -> => ** // :: ... @ # $ % ^ & | ~",
    "0123456789 3.14159e-10 0xDEADBEEF 1_000_000",
    "https://example.org/a?b=c&d=%20#e",
    "\t\tindented\twith\ttabs\t",
    " " * 4,
    " " * 33 + "x",
    " " * 65,
    "\n\n\n",
    "a\n\n    b\n\tc\n",
    "line\r\nline\r\n",
    "trailing   \n   leading",
    "\u00a0no\u00a0break\u2003em\u3000ideographic",
    "zero\u200bwidth\u200djoin\ufeffmark\u2060word",
    "\x00\x01\x07\x1b[0m\x7f",
    "\x0c\x0b\x85\u2028\u2029",
    "café naïve Straße Łódź",
    "e\u0301 a\u0308 n\u0303 decomposed",
    "z\u0351\u0327\u0321a\u0489l\u0334g\u0321o\u0322",
    "ﬁ ﬂ ½ ² ₃ ™ Å Ω",
    "Привет, мир",
    "Καλημέρα κόσμε",
    "שָׁלוֹם עוֹלָם",
    "مرحبا بالعالم ١٢٣",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "你好，世界。漢字",
    "こんにちは カタカナ ｶﾀｶﾅ",
    "안녕하세요 세계 \u1112\u1161\u11ab",
    "😀🎉🚀",
    "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👍🏽 🇳🇱",
    "𝒳𝔸𝟙 𐍈 🜁",
    "∀x∈ℝ: ⌈x⌉ ≠ ⌊x⌋ ∑∫√∞",
    "┌─┐│█▓░└─┘ → ⇒ ✓",
    "\ue000\uf8ff\ufffd\U0010fffd",
)
_FRAMES = ("{}", "# {}\n", '    x = "{}"\n', "{0}{0}", "def f(\n\t{}):\n\treturn 1")

TEXTS = tuple(frame.format(fragment) for fragment in _FRAGMENTS for frame in _FRAMES)
"""200 texts: code, white space, and scripts of every kind, alone, in code and doubled."""

PASSAGES = (
    "def wrap(text, width=70):\n    return TextWrapper(width=width).wrap(text)\n",
    "Return the number of lines in a file.\n\n:param path: Where the file is.\n",
    "class Größe:  # 尺寸 📏\n\tdef __init__(self):\n\t\tself.x = [i ** 2 for i in range(10)]\n",
)
"""What the logits and the greedy continuation are compared on."""

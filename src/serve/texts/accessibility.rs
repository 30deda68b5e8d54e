//! The accessibility statement.

/// How a criterion was met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::serve) enum Finding {
    /// It holds; looked at by programs with every build.
    ByProgram,
    /// It holds; looked at by a person.
    ByHand,
    /// It holds; looked at by both.
    ByBoth,
    /// Nothing on the pages is of this kind.
    NotApplicable,
}

pub(in crate::serve) struct AccessibilityTexts {
    pub(in crate::serve) title: &'static str,
    /// Headings with their paragraphs.
    pub(in crate::serve) sections: [(&'static str, &'static [&'static str]); 5],
    pub(in crate::serve) sheet: &'static str,
    pub(in crate::serve) caption: &'static str,
    pub(in crate::serve) columns: [&'static str; 5],
    pub(in crate::serve) met: &'static str,
    pub(in crate::serve) not_applicable: &'static str,
    pub(in crate::serve) finding: fn(Finding) -> &'static str,
}

pub(super) const JAPANESE: AccessibilityTexts = AccessibilityTexts {
    title: "アクセシビリティ",
    sections: [
        (
            "目標",
            &[
                "この検索のすべてのページで、JIS X 8341-3:2016 の適合レベルAAに準拠することを目標にしています。WCAG 2.2 のレベルAAも目標にしています。",
                "対象は、この検索がつくるページです。もとの資料（PDFやExcel）は、公表した組織のものなので対象外です。",
            ],
        ),
        (
            "できること",
            &[
                "JavaScriptがなくても、すべての機能を使えます。キーボードだけでも使えます。",
                "文字を2倍にしても、幅320ピクセルの画面でも、横に動かさずに読めます。",
                "表示のことばを、日本語、やさしい日本語、英語から選べます。ふりがなも付けられます。",
                "動く表示、音、時間の制限はありません。配色は、ブラウザーや端末の設定に従います。",
            ],
        ),
        (
            "確かめ方",
            &[
                "すべての種類のページを、幅1280ピクセルと320ピクセル、三つの表示のことばで、axe-core（wcag2a、wcag2aa、wcag21a、wcag21aa、wcag22aa、best-practice）で調べ、問題が0件であることをプログラムの更新のたびに確かめています。",
                "キーボードだけの操作、文字の拡大、JavaScriptなしの操作も、ブラウザーで自動的に確かめています。",
                "画面の見た目と文章は、人が読んで確かめました。",
            ],
        ),
        (
            "できていないこと",
            &[
                "スクリーンリーダー（NVDA、VoiceOverなど）と、障害のある利用者による試験は、まだしていません。",
                "ふりがなは機械が付けるため、まちがうことがあります。",
                "取組の文章は資料のままです。読みにくい文や誤字も、そのまま示します。",
            ],
        ),
        (
            "お気づきの点",
            &["使いにくいところがありましたら、この検索を運営している組織にお知らせください。"],
        ),
    ],
    sheet: "試験結果",
    caption: "JIS X 8341-3:2016 の達成基準（レベルAとAA）。試験日 2026年11月22日",
    columns: ["細分箇条", "達成基準", "レベル", "結果", "確かめ方"],
    met: "適合",
    not_applicable: "適用なし",
    finding: |finding| match finding {
        Finding::ByProgram => "プログラム",
        Finding::ByHand => "人",
        Finding::ByBoth => "プログラムと人",
        Finding::NotApplicable => "該当する内容がない",
    },
};

pub(super) const EASY: AccessibilityTexts = AccessibilityTexts {
    title: "だれでも使えるように",
    sections: [
        (
            "目標",
            &[
                "だれでも使うことができるサイトを作ります。日本のきまり（JIS X 8341-3:2016）のレベルAAを守ることが目標です。",
                "もとの資料（PDFやExcel）は、市や区が作りました。このサイトの目標には入りません。",
            ],
        ),
        (
            "できること",
            &[
                "キーボードだけで使うことができます。",
                "字を2倍の大きさにすることができます。",
                "やさしい日本語と英語で見ることができます。ふりがなをつけることもできます。",
                "動くものや音はありません。",
            ],
        ),
        (
            "しらべたこと",
            &["コンピューターのプログラムで、ぜんぶの種類のページをしらべました。人も見ました。"],
        ),
        (
            "まだできていないこと",
            &[
                "声で読むソフト（スクリーンリーダー）では、まだためしていません。",
                "ふりがなは、まちがっていることがあります。",
            ],
        ),
        ("こまったとき", &["使いにくいときは、このサイトを出している市や区に教えてください。"]),
    ],
    sheet: "しらべた結果",
    caption: "JIS X 8341-3:2016 のレベルAとAA。2026年11月22日にしらべました",
    columns: ["番号", "きまり", "レベル", "結果", "しらべかた"],
    met: "できている",
    not_applicable: "関係ない",
    finding: |finding| match finding {
        Finding::ByProgram => "プログラム",
        Finding::ByHand => "人",
        Finding::ByBoth => "プログラムと人",
        Finding::NotApplicable => "関係するものがない",
    },
};

pub(super) const ENGLISH: AccessibilityTexts = AccessibilityTexts {
    title: "Accessibility",
    sections: [
        (
            "Aim",
            &[
                "Every page of this search aims to conform to level AA of JIS X 8341-3:2016 (WCAG 2.0) and of WCAG 2.2.",
                "This covers the pages made by this search. The original files belong to the organizations that published them and are not covered.",
            ],
        ),
        (
            "What works",
            &[
                "Everything works without JavaScript, and with a keyboard alone.",
                "Pages can be read at twice the text size and at a width of 320 pixels without scrolling sideways.",
                "The interface comes in Japanese, easy Japanese and English, with readings above ideographs if wanted.",
                "Nothing moves, makes sounds or runs out of time. Colours follow the settings of browser and system.",
            ],
        ),
        (
            "How it is checked",
            &[
                "With every change, every kind of page is examined with axe-core (wcag2a, wcag2aa, wcag21a, wcag21aa, wcag22aa, best-practice) at 1280 and 320 pixels in three languages, with no violation allowed.",
                "Use by keyboard alone, enlarged text and use without JavaScript are checked in a browser in the same way.",
                "How pages look and what they say was read by people.",
            ],
        ),
        (
            "What is missing",
            &[
                "Tests with screen readers (NVDA, VoiceOver) and with disabled users have not been made yet.",
                "Readings are made by a program and may be wrong.",
                "Initiatives are shown as published, hard sentences and misprints included.",
            ],
        ),
        (
            "Tell us",
            &["If something is hard to use, please tell the organization that runs this search."],
        ),
    ],
    sheet: "Test results",
    caption: "Success criteria of JIS X 8341-3:2016, levels A and AA, tested on 22 November 2026",
    columns: ["Clause", "Criterion", "Level", "Result", "Checked by"],
    met: "Met",
    not_applicable: "Not applicable",
    finding: |finding| match finding {
        Finding::ByProgram => "Program",
        Finding::ByHand => "Person",
        Finding::ByBoth => "Program and person",
        Finding::NotApplicable => "Nothing of the kind",
    },
};

//! The accessibility statement, with the test sheet of JIS X 8341-3:2016.

use askama::Template;

use super::frame::Frame;
use super::rendered;
use crate::serve::language::Language;
use crate::serve::problem::Problem;
use crate::serve::texts::accessibility::Finding;
use crate::serve::view::View;

use Finding::{ByBoth, ByHand, ByProgram, NotApplicable};

/// A success criterion: its number, level, name in JIS X 8341-3:2016, name in WCAG 2.0, and what was found.
type Criterion = (&'static str, &'static str, &'static str, &'static str, Finding);

/// The success criteria of levels A and AA.
const CRITERIA: [Criterion; 38] = [
    ("1.1.1", "A", "非テキストコンテンツ", "Non-text Content", ByBoth),
    (
        "1.2.1",
        "A",
        "音声だけ及び映像だけ（収録済み）",
        "Audio-only and Video-only (Prerecorded)",
        NotApplicable,
    ),
    ("1.2.2", "A", "キャプション（収録済み）", "Captions (Prerecorded)", NotApplicable),
    (
        "1.2.3",
        "A",
        "音声解説又はメディアに対する代替コンテンツ（収録済み）",
        "Audio Description or Media Alternative (Prerecorded)",
        NotApplicable,
    ),
    ("1.2.4", "AA", "キャプション（ライブ）", "Captions (Live)", NotApplicable),
    ("1.2.5", "AA", "音声解説（収録済み）", "Audio Description (Prerecorded)", NotApplicable),
    ("1.3.1", "A", "情報及び関係性", "Info and Relationships", ByBoth),
    ("1.3.2", "A", "意味のある順序", "Meaningful Sequence", ByBoth),
    ("1.3.3", "A", "感覚的な特徴", "Sensory Characteristics", ByHand),
    ("1.4.1", "A", "色の使用", "Use of Color", ByHand),
    ("1.4.2", "A", "音声の制御", "Audio Control", NotApplicable),
    ("1.4.3", "AA", "コントラスト（最低限レベル）", "Contrast (Minimum)", ByProgram),
    ("1.4.4", "AA", "テキストのサイズ変更", "Resize text", ByProgram),
    ("1.4.5", "AA", "文字画像", "Images of Text", ByHand),
    ("2.1.1", "A", "キーボード", "Keyboard", ByProgram),
    ("2.1.2", "A", "キーボードトラップなし", "No Keyboard Trap", ByProgram),
    ("2.2.1", "A", "タイミング調整可能", "Timing Adjustable", NotApplicable),
    ("2.2.2", "A", "一時停止、停止及び非表示", "Pause, Stop, Hide", NotApplicable),
    (
        "2.3.1",
        "A",
        "3回のせん（閃）光、又はいき（閾）値以下",
        "Three Flashes or Below Threshold",
        ByHand,
    ),
    ("2.4.1", "A", "ブロックスキップ", "Bypass Blocks", ByBoth),
    ("2.4.2", "A", "ページタイトル", "Page Titled", ByBoth),
    ("2.4.3", "A", "フォーカス順序", "Focus Order", ByProgram),
    ("2.4.4", "A", "リンクの目的（コンテキスト内）", "Link Purpose (In Context)", ByBoth),
    ("2.4.5", "AA", "複数の手段", "Multiple Ways", ByHand),
    ("2.4.6", "AA", "見出し及びラベル", "Headings and Labels", ByBoth),
    ("2.4.7", "AA", "フォーカスの可視化", "Focus Visible", ByProgram),
    ("3.1.1", "A", "ページの言語", "Language of Page", ByProgram),
    ("3.1.2", "AA", "一部分の言語", "Language of Parts", ByHand),
    ("3.2.1", "A", "フォーカス時", "On Focus", ByHand),
    ("3.2.2", "A", "入力時", "On Input", ByHand),
    ("3.2.3", "AA", "一貫したナビゲーション", "Consistent Navigation", ByHand),
    ("3.2.4", "AA", "一貫した識別性", "Consistent Identification", ByHand),
    ("3.3.1", "A", "エラーの特定", "Error Identification", ByHand),
    ("3.3.2", "A", "ラベル又は説明", "Labels or Instructions", ByBoth),
    ("3.3.3", "AA", "エラー修正の提案", "Error Suggestion", ByHand),
    (
        "3.3.4",
        "AA",
        "エラー回避（法的、金融及びデータ）",
        "Error Prevention (Legal, Financial, Data)",
        NotApplicable,
    ),
    ("4.1.1", "A", "構文解析", "Parsing", ByProgram),
    ("4.1.2", "A", "名前（name）、役割（role）及び値（value）", "Name, Role, Value", ByProgram),
];

#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    frame: Frame<'static>,
    criteria: Vec<CriterionView>,
}

struct CriterionView {
    number: &'static str,
    level: &'static str,
    name: &'static str,
    result: &'static str,
    finding: &'static str,
}

/// The statement.
pub(super) fn page(view: View) -> Result<String, Problem> {
    let frame = Frame::new(view, "", "/accessibility");
    let texts = &frame.t.accessibility;
    let view = |(number, level, japanese, english, finding): Criterion| CriterionView {
        number,
        level,
        name: if view.language == Language::English { english } else { japanese },
        result: if finding == NotApplicable { texts.not_applicable } else { texts.met },
        finding: (texts.finding)(finding),
    };
    let criteria = CRITERIA.map(view).into();
    rendered(&AccessibilityPage { frame, criteria })
}

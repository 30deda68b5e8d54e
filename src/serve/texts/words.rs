//! What things are called, and sentences about how a query was understood and why a record was found.

use crate::notice::Notice;
use crate::query::answer::SnippetField;
use crate::query::explanation::Match;
use crate::query::request::Sort;
use crate::query::widening::WideningKind;
use crate::record::FiscalYear;
use crate::record::Role;

/// The vocabulary of a language.
pub(crate) struct Words {
    /// A fiscal year in the short form of facets: 令和4年度.
    pub(crate) year: fn(FiscalYear) -> String,
    /// A fiscal year in both calendars: 令和4年度（2022年度）.
    pub(crate) year_in_full: fn(FiscalYear) -> String,
    pub(crate) no_year: &'static str,
    /// An initiative by its number in the sheet: 取組3.
    pub(crate) numbered: fn(u32) -> String,
    pub(crate) nameless: &'static str,
    pub(crate) role: fn(Role) -> &'static str,
    pub(crate) title: &'static str,
    pub(crate) division: &'static str,
    pub(crate) category: &'static str,
    pub(crate) sort: fn(Sort) -> &'static str,
    /// How a part of the query was understood, of this kind: from what, to what.
    pub(crate) interpretation: fn(WideningKind, &str, &str) -> String,
    /// What taking that back is called.
    pub(crate) undo: fn(WideningKind) -> &'static str,
    /// A widening that was taken back: of this kind, from what.
    pub(crate) unwanted: fn(WideningKind, &str) -> String,
    /// Why a record was found: the name of the place, what stands there, and how it came to be looked for.
    pub(crate) reason: fn(&str, &Match) -> String,
    pub(crate) heaviest: &'static str,
    /// A remark about the query.
    pub(crate) query_notice: fn(&Notice) -> String,
}

impl Words {
    /// What a part of a record is called.
    pub(crate) fn field(&self, field: SnippetField) -> &'static str {
        match field {
            SnippetField::Goal => (self.role)(Role::Goal),
            SnippetField::Result => (self.role)(Role::Result),
            SnippetField::Body => (self.role)(Role::Body),
            SnippetField::Title => self.title,
            SnippetField::Division => self.division,
            SnippetField::Category => self.category,
        }
    }
}

/// The year that an interpretation stands for, in full.
fn year_of(words: &Words, to: &str) -> String {
    FiscalYear::parse(to).map_or_else(|| to.to_owned(), words.year_in_full)
}

fn gregorian(year: FiscalYear) -> String {
    format!("{}年度", year.gregorian())
}

fn quoted(found: &Match) -> String {
    found.printed.iter().map(|text| format!("「{text}」")).collect()
}

pub(super) const JAPANESE: Words = Words {
    year: |year| year.to_string(),
    year_in_full: |year| {
        let (era, gregorian) = (year.to_string(), gregorian(year));
        if era == gregorian { era } else { format!("{era}（{gregorian}）") }
    },
    no_year: "年度の記載なし",
    numbered: |number| format!("取組{number}"),
    nameless: "題のない取組",
    role: |role| match role {
        Role::Goal => "目標",
        Role::Result => "実施結果",
        Role::Body => "本文",
    },
    title: "題名",
    division: "部署",
    category: "区分",
    sort: |sort| match sort {
        Sort::Relevance => "関連の強い順",
        Sort::Newest => "新しい年度から",
        Sort::Oldest => "古い年度から",
    },
    interpretation: |kind, from, to| match kind {
        WideningKind::FiscalYear => {
            let year = year_of(&JAPANESE, to);
            format!("「{from}」を年度の条件とみなし、{year}に絞りました。")
        }
        WideningKind::Date => {
            let year = year_of(&JAPANESE, to);
            format!("「{from}」は{year}なので、その年度の取組を先に並べました。")
        }
        WideningKind::Variant => format!("「{from}」の別の書き方「{to}」も含めて探しました。"),
        WideningKind::Synonym => format!("「{from}」と同じ意味の「{to}」も含めて探しました。"),
        WideningKind::Reading => {
            format!("「{from}」では見つからないため、同じ読みの「{to}」で探しました。")
        }
        WideningKind::Spelling => {
            format!("「{from}」では見つからないため、つづりの近い「{to}」で探しました。")
        }
        WideningKind::Relaxed => {
            format!("「{from}」のすべてを含む取組はないため、{to}を探しました。")
        }
    },
    undo: |kind| match kind {
        WideningKind::FiscalYear => "本文のことばとして探す",
        WideningKind::Date => "年度を考えずに並べる",
        WideningKind::Variant => "別の書き方を含めない",
        WideningKind::Synonym => "同じ意味のことばを含めない",
        WideningKind::Reading | WideningKind::Spelling => "この読み替えをやめる",
        WideningKind::Relaxed => "すべて含むものだけを探す",
    },
    unwanted: |kind, from| {
        let what = match kind {
            WideningKind::FiscalYear => "年度の条件にしない",
            WideningKind::Date => "年度を考えない",
            WideningKind::Variant => "別の書き方を含めない",
            WideningKind::Synonym => "同じ意味のことばを含めない",
            WideningKind::Reading | WideningKind::Spelling => "読み替えない",
            WideningKind::Relaxed => "すべて含むものだけ",
        };
        format!("「{from}」：{what}")
    },
    reason: |place, found| {
        let (printed, from) = (quoted(found), &found.origin.from);
        let why = match found.origin.widening {
            None if found.is_as_written() => String::new(),
            None => format!("（「{from}」の別の書き方）"),
            Some(WideningKind::Synonym) => format!("（「{from}」と同じ意味のことば）"),
            Some(WideningKind::Reading) => format!("（「{from}」と同じ読み）"),
            Some(WideningKind::Spelling) => format!("（「{from}」とつづりが近い）"),
            Some(_) => format!("（「{from}」から）"),
        };
        format!("{place}に{printed}があります{why}。")
    },
    heaviest: "これが順位に最も効いています。",
    query_notice: |notice| notice.message.clone(),
};

pub(super) const EASY: Words = Words {
    year: |year| year.to_string(),
    year_in_full: JAPANESE.year_in_full,
    no_year: "年が書いていない",
    numbered: JAPANESE.numbered,
    nameless: "名前がないもの",
    role: |role| match role {
        Role::Goal => "すること（目標）",
        Role::Result => "したこと（実施結果）",
        Role::Body => "文",
    },
    title: "名前",
    division: "課",
    category: "種類",
    sort: |sort| match sort {
        Sort::Relevance => "よく合うものから",
        Sort::Newest => "新しい年から",
        Sort::Oldest => "古い年から",
    },
    interpretation: |kind, from, to| match kind {
        WideningKind::FiscalYear => {
            format!("「{from}」は年なので、{}のものだけ出しました。", year_of(&EASY, to))
        }
        WideningKind::Date => {
            format!("「{from}」は{}です。その年のものを先に出しました。", year_of(&EASY, to))
        }
        WideningKind::Variant => {
            format!("「{from}」は「{to}」とも書きます。どちらもさがしました。")
        }
        WideningKind::Synonym => {
            format!("「{from}」と「{to}」は同じ意味です。どちらもさがしました。")
        }
        WideningKind::Reading => {
            format!("「{from}」はありません。同じ読みかたの「{to}」をさがしました。")
        }
        WideningKind::Spelling => {
            format!("「{from}」はありません。よくにた「{to}」をさがしました。")
        }
        WideningKind::Relaxed => {
            format!("「{from}」がぜんぶあるものはありません。一部があるものをさがしました。")
        }
    },
    undo: |kind| match kind {
        WideningKind::FiscalYear => "年の条件にしない",
        WideningKind::Date => "年でならべない",
        WideningKind::Variant | WideningKind::Synonym => "書いたことばだけでさがす",
        WideningKind::Reading | WideningKind::Spelling => "ことばをかえない",
        WideningKind::Relaxed => "ぜんぶあるものだけさがす",
    },
    unwanted: |kind, from| {
        let what = match kind {
            WideningKind::FiscalYear => "年の条件にしない",
            WideningKind::Date => "年でならべない",
            WideningKind::Variant | WideningKind::Synonym => "書いたことばだけ",
            WideningKind::Reading | WideningKind::Spelling => "ことばをかえない",
            WideningKind::Relaxed => "ぜんぶあるものだけ",
        };
        format!("「{from}」：{what}")
    },
    reason: |place, found| {
        let (printed, from) = (quoted(found), &found.origin.from);
        let why = match found.origin.widening {
            None if found.is_as_written() => String::new(),
            None => format!("「{from}」の書きかたがちがうことばです。"),
            Some(WideningKind::Synonym) => format!("「{from}」と同じ意味です。"),
            Some(WideningKind::Reading) => format!("「{from}」と同じ読みかたです。"),
            Some(WideningKind::Spelling) => format!("「{from}」とにています。"),
            Some(_) => String::new(),
        };
        format!("{place}に{printed}があります。{why}")
    },
    heaviest: "これがいちばん大切です。",
    query_notice: |notice| notice.message.clone(),
};

pub(super) const ENGLISH: Words = Words {
    year: |year| format!("FY{}", year.gregorian()),
    year_in_full: |year| {
        let (era, gregorian) = (year.to_string(), gregorian(year));
        match era == gregorian {
            true => (ENGLISH.year)(year),
            false => format!("FY{} ({era})", year.gregorian()),
        }
    },
    no_year: "No fiscal year",
    numbered: |number| format!("No. {number}"),
    nameless: "Untitled initiative",
    role: |role| match role {
        Role::Goal => "Goal",
        Role::Result => "Result",
        Role::Body => "Text",
    },
    title: "Title",
    division: "Division",
    category: "Category",
    sort: |sort| match sort {
        Sort::Relevance => "Most relevant",
        Sort::Newest => "Newest year first",
        Sort::Oldest => "Oldest year first",
    },
    interpretation: |kind, from, to| match kind {
        WideningKind::FiscalYear => {
            format!(
                "“{from}” was taken for a fiscal year: only {} is shown.",
                year_of(&ENGLISH, to)
            )
        }
        WideningKind::Date => {
            format!("“{from}” falls into {}, whose records come first.", year_of(&ENGLISH, to))
        }
        WideningKind::Variant => format!("“{to}”, other spellings of “{from}”, count as well."),
        WideningKind::Synonym => format!("“{to}” means the same as “{from}” and counts as well."),
        WideningKind::Reading => {
            format!("“{from}” finds nothing, so “{to}”, which is read the same, was searched for.")
        }
        WideningKind::Spelling => {
            format!("“{from}” finds nothing, so “{to}”, which is spelled alike, was searched for.")
        }
        WideningKind::Relaxed => {
            format!(
                "No record holds all of “{from}”, so records that hold a part were searched for."
            )
        }
    },
    undo: |kind| match kind {
        WideningKind::FiscalYear => "Search for it as a word",
        WideningKind::Date => "Do not prefer the year",
        WideningKind::Variant => "Leave other spellings out",
        WideningKind::Synonym => "Leave words of the same meaning out",
        WideningKind::Reading | WideningKind::Spelling => "Search for what was typed",
        WideningKind::Relaxed => "Only what holds everything",
    },
    unwanted: |kind, from| {
        let what = match kind {
            WideningKind::FiscalYear => "not as a year",
            WideningKind::Date => "year not preferred",
            WideningKind::Variant => "without other spellings",
            WideningKind::Synonym => "without words of the same meaning",
            WideningKind::Reading | WideningKind::Spelling => "as typed",
            WideningKind::Relaxed => "everything required",
        };
        format!("“{from}”: {what}")
    },
    reason: |place, found| {
        let (printed, from) = (quoted(found), &found.origin.from);
        let why = match found.origin.widening {
            None if found.is_as_written() => String::new(),
            None => format!(" (another spelling of “{from}”)"),
            Some(WideningKind::Synonym) => format!(" (means the same as “{from}”)"),
            Some(WideningKind::Reading) => format!(" (read the same as “{from}”)"),
            Some(WideningKind::Spelling) => format!(" (spelled like “{from}”)"),
            Some(_) => format!(" (from “{from}”)"),
        };
        format!("{place} contains {printed}{why}. ")
    },
    heaviest: "This weighs most.",
    query_notice: |notice| {
        let at = notice.place.strip_prefix("q:").unwrap_or(&notice.place);
        format!(
            "What stands at character {at} of the query could not be understood and was searched for as text."
        )
    },
};

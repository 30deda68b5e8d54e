//! What a person is told when there is no answer.

use crate::serve::wording::grouped;

/// Why there is no answer, in what a person can do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::serve) enum Complaint {
    /// The query has more than so many characters.
    TooLong(usize),
    /// Paging ends at this hit.
    TooDeep(usize),
    /// More than so many records would have to be compared.
    TooMany(usize),
    /// The parameter of this name cannot be read.
    Misread(String),
    NoSuchRecord,
    NoSuchPage,
    OriginalsNotServed,
    NoSuchOriginal,
    OriginalGone,
    OriginalChanged,
    OriginalTooLarge,
    TargetTooLong,
    BodyTooLarge,
    NotReady,
    Busy,
    Late,
    Internal,
    WrongMethod,
}

pub(in crate::serve) struct ProblemTexts {
    pub(in crate::serve) title: fn(&Complaint) -> &'static str,
    pub(in crate::serve) sentence: fn(&Complaint) -> String,
    /// Asks to name the request to whoever runs the server.
    pub(in crate::serve) name_it: &'static str,
    pub(in crate::serve) home: &'static str,
    pub(in crate::serve) all: &'static str,
}

pub(super) const JAPANESE: ProblemTexts = ProblemTexts {
    title: |complaint| match complaint {
        Complaint::TooLong(_)
        | Complaint::TooDeep(_)
        | Complaint::TooMany(_)
        | Complaint::Misread(_) => "この条件では検索できません",
        Complaint::NoSuchRecord | Complaint::NoSuchPage => "ページが見つかりません",
        Complaint::OriginalsNotServed
        | Complaint::NoSuchOriginal
        | Complaint::OriginalGone
        | Complaint::OriginalChanged
        | Complaint::OriginalTooLarge => "もとの資料を表示できません",
        Complaint::TargetTooLong => "アドレスが長すぎます",
        Complaint::BodyTooLarge => "データが大きすぎます",
        Complaint::NotReady | Complaint::Busy | Complaint::Late => "いまは検索できません",
        Complaint::Internal => "問題が起きました",
        Complaint::WrongMethod => "この方法では使えません",
    },
    sentence: |complaint| {
        match complaint {
        Complaint::TooLong(limit) => {
            format!("検索のことばは{limit}文字までです。短くしてもう一度お試しください。")
        }
        Complaint::TooDeep(limit) => format!(
            "ページをめくって見られるのは{}件目までです。条件を加えて絞り込んでください。",
            grouped(*limit)
        ),
        Complaint::TooMany(limit) => format!(
            "一度にくらべられるのは{}件までです。もっと小さい部署を選んでください。",
            grouped(*limit)
        ),
        Complaint::Misread(name) => format!("アドレスの「{name}」を読み取れません。"),
        Complaint::NoSuchRecord => {
            "この取組は見つかりませんでした。アドレスをお確かめください。".to_owned()
        }
        Complaint::NoSuchPage => {
            "お探しのページはありません。アドレスが変わったか、まちがっているかもしれません。"
                .to_owned()
        }
        Complaint::OriginalsNotServed => {
            "このサーバーでは、もとの資料を配布していません。取組のページの出典をご覧ください。"
                .to_owned()
        }
        Complaint::NoSuchOriginal => {
            "この取組のもとの資料は、このサーバーにはありません。取組のページの出典をご覧ください。"
                .to_owned()
        }
        Complaint::OriginalGone => {
            "もとの資料は、取り込んだあとに移されたか、削除されました。取組のページの出典をご覧ください。"
                .to_owned()
        }
        Complaint::OriginalChanged => {
            "もとの資料は、取り込んだあとに書き換えられています。ちがう内容をお見せしないよう、表示を止めました。"
                .to_owned()
        }
        Complaint::OriginalTooLarge => {
            "もとの資料が大きすぎるため、ここからは配布していません。取組のページの出典をご覧ください。"
                .to_owned()
        }
        Complaint::TargetTooLong => {
            "アドレスが長すぎます。検索のことばや条件を減らしてください。".to_owned()
        }
        Complaint::BodyTooLarge => "送られたデータが大きすぎます。".to_owned(),
        Complaint::NotReady => {
            "検索の準備をしています。しばらくしてからもう一度お試しください。".to_owned()
        }
        Complaint::Busy => {
            "ただいま混み合っています。しばらくしてからもう一度お試しください。".to_owned()
        }
        Complaint::Late => {
            "検索に時間がかかりすぎたため、中止しました。ことばや条件を変えてお試しください。"
                .to_owned()
        }
        Complaint::Internal => {
            "サーバーの中で問題が起きました。もう一度お試しになり、続くときは管理者へお知らせください。"
                .to_owned()
        }
        Complaint::WrongMethod => "このページは、見ること（GET）だけができます。".to_owned(),
    }
    },
    name_it: "お問い合わせの際は、次の番号をお知らせください：",
    home: "はじめのページへ戻る",
    all: "すべての取組を見る",
};

pub(super) const EASY: ProblemTexts = ProblemTexts {
    title: |complaint| match complaint {
        Complaint::TooLong(_)
        | Complaint::TooDeep(_)
        | Complaint::TooMany(_)
        | Complaint::Misread(_) => "これではさがすことができません",
        Complaint::NoSuchRecord | Complaint::NoSuchPage => "ページがありません",
        Complaint::OriginalsNotServed
        | Complaint::NoSuchOriginal
        | Complaint::OriginalGone
        | Complaint::OriginalChanged
        | Complaint::OriginalTooLarge => "もとの資料を見ることができません",
        Complaint::TargetTooLong => "アドレスが長すぎます",
        Complaint::BodyTooLarge => "データが大きすぎます",
        Complaint::NotReady | Complaint::Busy | Complaint::Late => "いまはさがすことができません",
        Complaint::Internal => "問題がおきました",
        Complaint::WrongMethod => "この使いかたはできません",
    },
    sentence: |complaint| match complaint {
        Complaint::TooLong(limit) => {
            format!("ことばは{limit}字までです。みじかくしてください。")
        }
        Complaint::TooDeep(limit) => {
            format!("見ることができるのは{}件までです。条件をふやしてください。", grouped(*limit))
        }
        Complaint::TooMany(limit) => {
            format!(
                "くらべることができるのは{}件までです。小さい課をえらんでください。",
                grouped(*limit)
            )
        }
        Complaint::Misread(name) => format!("アドレスの「{name}」がわかりません。"),
        Complaint::NoSuchRecord | Complaint::NoSuchPage => {
            "このページはありません。アドレスがまちがっているかもしれません。".to_owned()
        }
        Complaint::OriginalsNotServed | Complaint::NoSuchOriginal | Complaint::OriginalTooLarge => {
            "もとの資料は、ここにはありません。".to_owned()
        }
        Complaint::OriginalGone => "もとの資料は、もうありません。".to_owned(),
        Complaint::OriginalChanged => {
            "もとの資料は、あとからかわりました。だから見せることができません。".to_owned()
        }
        Complaint::TargetTooLong => {
            "アドレスが長すぎます。ことばや条件をへらしてください。".to_owned()
        }
        Complaint::BodyTooLarge => "おくったデータが大きすぎます。".to_owned(),
        Complaint::NotReady => "いま準備をしています。すこし待ってください。".to_owned(),
        Complaint::Busy => "いま、たくさんの人が使っています。すこし待ってください。".to_owned(),
        Complaint::Late => "時間がかかりすぎました。ことばや条件をかえてください。".to_owned(),
        Complaint::Internal => {
            "コンピューターに問題がおきました。もういちどためしてください。".to_owned()
        }
        Complaint::WrongMethod => "このページは、見ることだけできます。".to_owned(),
    },
    name_it: "質問するときは、この番号を言ってください：",
    home: "はじめのページへもどる",
    all: "ぜんぶを見る",
};

pub(super) const ENGLISH: ProblemTexts = ProblemTexts {
    title: |complaint| match complaint {
        Complaint::TooLong(_)
        | Complaint::TooDeep(_)
        | Complaint::TooMany(_)
        | Complaint::Misread(_) => "This search cannot be made",
        Complaint::NoSuchRecord | Complaint::NoSuchPage => "Page not found",
        Complaint::OriginalsNotServed
        | Complaint::NoSuchOriginal
        | Complaint::OriginalGone
        | Complaint::OriginalChanged
        | Complaint::OriginalTooLarge => "The original cannot be shown",
        Complaint::TargetTooLong => "The address is too long",
        Complaint::BodyTooLarge => "Too much data",
        Complaint::NotReady | Complaint::Busy | Complaint::Late => "Search is not available now",
        Complaint::Internal => "Something went wrong",
        Complaint::WrongMethod => "Not in this way",
    },
    sentence: |complaint| {
        match complaint {
        Complaint::TooLong(limit) => {
            format!("A query may have {limit} characters. Please shorten it.")
        }
        Complaint::TooDeep(limit) => {
            format!("Paging ends at result {}. Please add conditions.", grouped(*limit))
        }
        Complaint::TooMany(limit) => format!(
            "At most {} initiatives can be compared. Please choose a smaller division.",
            grouped(*limit)
        ),
        Complaint::Misread(name) => format!("“{name}” in the address cannot be read."),
        Complaint::NoSuchRecord => {
            "There is no such initiative. Please check the address.".to_owned()
        }
        Complaint::NoSuchPage => {
            "There is no such page. The address may have changed or be mistyped.".to_owned()
        }
        Complaint::OriginalsNotServed => {
            "This server does not hand out original files. See the sources on the initiative's page."
                .to_owned()
        }
        Complaint::NoSuchOriginal => {
            "The original of this initiative is not on this server. See the sources on its page."
                .to_owned()
        }
        Complaint::OriginalGone => {
            "The original was moved or removed after it was read. See the sources on the initiative's page."
                .to_owned()
        }
        Complaint::OriginalChanged => {
            "The original was changed after it was read, so it is not shown.".to_owned()
        }
        Complaint::OriginalTooLarge => {
            "The original is too large to be handed out here. See the sources on the initiative's page."
                .to_owned()
        }
        Complaint::TargetTooLong => "Please use fewer words or conditions.".to_owned(),
        Complaint::BodyTooLarge => "The data sent is too large.".to_owned(),
        Complaint::NotReady => {
            "The search is being prepared. Please try again in a moment.".to_owned()
        }
        Complaint::Busy => "The server is busy. Please try again in a moment.".to_owned(),
        Complaint::Late => {
            "The search took too long. Please try other words or conditions.".to_owned()
        }
        Complaint::Internal => {
            "The server met an error. Please try again, and tell its operator if it persists."
                .to_owned()
        }
        Complaint::WrongMethod => "This page can only be read (GET).".to_owned(),
    }
    },
    name_it: "If you report this, please give this number: ",
    home: "Back to the start page",
    all: "See all initiatives",
};

//! Makes sheets the way offices and PDF-to-text tools do: a table with cells of some width, laid out on pages, and
//! taken off the pages again line by line. It knows nothing of how sheets are read.

/// A sheet of text, and what stands in it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) text: String,
    pub(super) organization: String,
    pub(super) fiscal_year: u16,
    pub(super) items: Vec<Item>,
}

/// One row of the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) division: String,
    pub(super) number: u32,
    pub(super) category: String,
    /// Paragraphs.
    pub(super) goal: Vec<String>,
    pub(super) result: Vec<String>,
}

/// Numbers that look random and are the same every time (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("less than sides")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

const OFFICES: [&str; 9] = [
    "南浜区役所",
    "若葉区役所",
    "みどり市役所",
    "川東町役場",
    "緑川市若葉区役所",
    "北山区役所",
    "みどり市",
    "緑の里村",
    "緑川県庁",
];

const PARTS: [&str; 8] = [
    "市民協働推進部",
    "暮らし窓口部",
    "福祉保健センター",
    "地域みらい支援センター",
    "道路下水道事務所",
    "区政企画部",
    "こども未来部",
    "総合支援センター（福祉事務所・保健支所）",
];

const SECTIONS: [&str; 22] = [
    "総務課",
    "企画調整課",
    "地域活動支援課",
    "生涯学習振興室",
    "住民記録課",
    "国保年金課",
    "高齢福祉課",
    "障害者支援課",
    "子育て応援課",
    "保護第一課",
    "環境衛生課",
    "道路維持係",
    "公園緑地係",
    "防災担当",
    "税務証明課",
    "学校・家庭連携",
    "スポーツ文化担当",
    "健康づくり係",
    "保育所等・地域支援担当",
    "市民図書館",
    "管理係",
    "相談・支援グループ",
];

const CATEGORIES: [&str; 20] = [
    "共通",
    "応対",
    "対面応対",
    "対面対応",
    "電話・対面",
    "電話・対面応対",
    "お知らせ",
    "庁内体制",
    "共有",
    "職場環境",
    "情報発信",
    "笑顔",
    "待ち時間",
    "協働",
    "デジタル化",
    "安全・安心",
    "こども支援",
    "窓口",
    "人づくり",
    "環境",
];

const WHOM: [&str; 12] = [
    "来庁された方",
    "地域の皆さん",
    "高齢の方",
    "子育て中の保護者",
    "初めて転入した方",
    "町内会や自治会",
    "外国人市民",
    "障害のある方",
    "電話をかけてこられた方",
    "図書館を使う方",
    "小中学校の児童生徒",
    "窓口でお待ちの方",
];
const WHAT: [&str; 14] = [
    "案内表示",
    "申請書の記入例",
    "待ち時間の目安",
    "相談室の使い方",
    "防災マップ",
    "FAQ",
    "ホームページの記事",
    "引継ぎの記録",
    "Web会議の手順",
    "公園の点検表",
    "研修の資料",
    "やさしい日本語の文案",
    "予約システム",
    "SNSの投稿",
];
const HOW: [&str; 10] = [
    "係内の打合せで見直し、",
    "毎月１回点検し、",
    "関係する部署と相談しながら、",
    "他区の例も参考にしながら、",
    "御意見箱に寄せられた声を踏まえ、",
    "年２回の研修を通じて、",
    "令和４年７月から",
    "担当者が不在の時でも困らないよう、",
    "１階の受付とも連携し、",
    "（必要に応じて）",
];
const DO: [&str; 8] = ["改め", "整え", "増やし", "伝え", "広め", "そろえ", "進め", "見直し"];

fn promise(dice: &mut Dice) -> String {
    let ending = dice.pick(&[
        "ます。",
        "ます。",
        "るよう努めます。",
        "ることを目指します。",
        "ていきます。",
    ]);
    let stem = dice.pick(&DO).to_owned();
    let stem = if ending.starts_with('る') && stem.ends_with("やし") {
        "加え".to_owned()
    } else {
        stem
    };
    format!("{}に向けて、{}{}を{stem}{ending}", dice.pick(&WHOM), dice.pick(&HOW), dice.pick(&WHAT))
}

fn report(dice: &mut Dice) -> String {
    let ending = dice.pick(&[
        "ました。",
        "ました。",
        "ました。",
        "た。",
        "ることができました。",
        "ています。",
        "ました（延べ２３回）。",
    ]);
    format!(
        "{}に向けて、{}{}を{}{ending}",
        dice.pick(&WHOM),
        dice.pick(&HOW),
        dice.pick(&WHAT),
        dice.pick(&DO)
    )
}

/// How the paragraphs of a cell are written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Indented,
    Plain,
    List(usize),
}

fn marker(sort: usize, index: usize) -> String {
    match sort {
        0 => format!("（{}）", full_width(&(index + 1).to_string())),
        1 => ["①", "②", "③", "④"][index].to_owned(),
        _ => "・".to_owned(),
    }
}

fn paragraphs(
    dice: &mut Dice,
    form: Form,
    sentence: fn(&mut Dice) -> String,
    labels: bool,
) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if labels {
        paragraphs.push("【目標】".to_owned());
        paragraphs.push(if dice.chance(50) {
            promise(dice)
        } else {
            format!("{}の改善", dice.pick(&WHAT))
        });
        paragraphs.push("【具体的な取組】".to_owned());
    }
    let n_paragraphs = match form {
        Form::Plain => 1,
        Form::Indented => 1 + dice.roll(3),
        Form::List(_) => 2 + dice.roll(2),
    };
    for index in 0..n_paragraphs {
        let text: String = (0..1 + dice.roll(3)).map(|_| sentence(dice)).collect();
        paragraphs.push(match form {
            Form::Plain => text,
            Form::Indented => format!("　{text}"),
            Form::List(sort) => marker(sort, index) + &text,
        });
    }
    paragraphs
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_digit() {
                char::from_u32(u32::from(c) + 0xFEE0).expect("a digit")
            } else {
                c
            }
        })
        .collect()
}

/// The lines of a cell `width` full-width characters wide: no line begins with closing punctuation.
fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let chars: Vec<char> = paragraph.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let size = if c.is_ascii() { 1 } else { 2 };
        let next = chars.get(index + 1).copied().unwrap_or(' ');
        let must_stay = |c: char| matches!(c, '。' | '、' | '）' | 'ー' | 'っ' | '」');
        let carries = must_stay(next) && width * 2 < used + size + 2;
        if (width * 2 < used + size || carries) && !must_stay(c) && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        lines.last_mut().expect("never empty").push(c);
        used += size;
    }
    lines
}

/// Everything that one office decides once.
struct House {
    width: usize,
    result_width: usize,
    head: usize,
    vertical: bool,
    full_width_numbers: bool,
    brackets: usize,
    dashes: bool,
    merged: bool,
    result_first: bool,
    blanks: bool,
    blanks_in_lists: bool,
    division_width: usize,
    headers: [Vec<&'static str>; 3],
    labels: bool,
    form: usize,
}

fn house(dice: &mut Dice) -> House {
    let heads = [
        "部署名",
        "部署名 番号 区分",
        "所属 No. 分類",
        "担当課 項番 区分",
        "課名",
        "所属",
        "番号\n区分",
    ];
    let goals = [
        "目標及び具体的な取組内容",
        "取組目標",
        "取組内容",
        "目標\n及び取組内容",
        "今年度の目標と取組",
        "具体的な取組内容",
    ];
    let results = [
        "実施結果及び目標の達成度",
        "取組結果",
        "実施状況",
        "実績",
        "取組の成果と評価",
        "実施結果及び\n達成度",
    ];
    let width = 16 + dice.roll(28);
    House {
        width,
        result_width: if dice.chance(70) { width } else { 16 + dice.roll(28) },
        head: dice.roll(9),
        vertical: dice.chance(60),
        full_width_numbers: dice.chance(25),
        merged: dice.chance(30),
        result_first: dice.chance(15),
        blanks: dice.chance(80),
        blanks_in_lists: dice.chance(50),
        division_width: 6 + dice.roll(12),
        headers: [vec![dice.pick(&heads)], vec![dice.pick(&goals)], vec![dice.pick(&results)]],
        labels: dice.chance(30),
        form: dice.roll(4),
        brackets: dice.roll(8),
        dashes: dice.chance(20),
    }
}

fn broken(name: &str, width: usize) -> Vec<String> {
    // Brackets stand on a line of their own in a narrow cell.
    let parts: Vec<String> = match name.find('（') {
        Some(at) => vec![name[..at].to_owned(), name[at..].to_owned()],
        None => vec![name.to_owned()],
    };
    let mut lines = Vec::new();
    for part in parts {
        let n_chars = part.chars().count();
        if part.starts_with('（') || n_chars <= width {
            lines.push(part);
            continue;
        }
        let chars: Vec<char> = part.chars().collect();
        // Offices break names where words meet.
        let at =
            ["支援センター", "センター", "事務所", "連携", "支援担当", "推進部", "担当", "支援課"]
                .iter()
                .find_map(|word| part.find(word).filter(|&at| 0 < at))
                .map_or(chars.len() / 2, |at| part[..at].chars().count());
        lines.push(chars[..at].iter().collect());
        lines.push(chars[at..].iter().collect());
    }
    lines
}

/// The lines of a record's head, blocks separated by empty lines.
fn head(
    dice: &mut Dice,
    house: &House,
    path: &[&str],
    item: &Item,
    prints_division: bool,
) -> Vec<String> {
    let number = item.number.to_string();
    let number = if house.full_width_numbers { full_width(&number) } else { number };
    let number = match (house.head, house.brackets) {
        (8, _) => format!("No.{number}"),
        (_, 0) => format!("（{number}）"),
        (_, 1) => ["①", "②", "③", "④", "⑤"][item.number as usize - 1].to_owned(),
        _ => number,
    };
    let mut division: Vec<String> = if prints_division {
        path.iter().flat_map(|name| broken(name, house.division_width)).collect()
    } else {
        Vec::new()
    };
    let category: Vec<String> = if house.vertical {
        item.category.chars().map(String::from).collect()
    } else {
        vec![item.category.clone()]
    };
    let gap = |dice: &mut Dice| {
        if house.blanks && dice.chance(60) { vec![String::new()] } else { Vec::new() }
    };
    let mut lines = Vec::new();
    match house.head {
        // The number at the end of the last line of the division.
        0 | 1 => {
            match division.last_mut() {
                Some(last) => *last += &format!(" {number}"),
                None => division.push(number),
            }
            lines.extend(division);
            lines.extend(gap(dice));
            lines.extend(category);
        }
        // Number and category on one line.
        2 if !house.vertical => {
            lines.extend(division);
            lines.extend(gap(dice));
            lines.push(format!("{number} {}", item.category));
        }
        // Everything on one line.
        3 if !house.vertical && prints_division => {
            lines.push(format!("{} {number} {}", path.join(" "), item.category));
        }
        // The number first.
        4 => {
            lines.push(number);
            lines.extend(gap(dice));
            lines.extend(division);
            lines.extend(gap(dice));
            lines.extend(category);
        }
        // The category first.
        5 if house.vertical && house.blanks => {
            lines.extend(category);
            lines.push(String::new());
            lines.push(number);
            lines.extend(gap(dice));
            lines.extend(division);
        }
        // Category between division and number.
        6 if house.vertical => {
            lines.extend(division);
            lines.extend(gap(dice));
            lines.extend(category);
            lines.extend(gap(dice));
            lines.push(number);
        }
        _ => {
            lines.extend(division);
            lines.extend(gap(dice));
            lines.push(number);
            lines.extend(gap(dice));
            lines.extend(category);
        }
    }
    lines
}

fn cell(house: &House, paragraphs: &[String], width: usize, is_result: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let spaced = is_result && house.blanks_in_lists && house.blanks;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let listed = paragraph.starts_with(['（', '①', '②', '③', '④', '・']);
        if 0 < index && listed && spaced {
            lines.push(String::new());
        }
        lines.extend(wrap(paragraph, width));
    }
    lines
}

/// Makes the sheet of `seed`.
pub(super) fn make(seed: u64) -> Made {
    let mut dice = Dice(seed);
    let dice = &mut dice;
    let house = house(dice);
    let organization = dice.pick(&OFFICES).to_owned();
    let era_year = 1 + dice.roll(7);
    let printed_year = match dice.roll(3) {
        0 => format!("令和{}年度", full_width(&era_year.to_string())),
        1 if era_year == 1 => "令和元年度".to_owned(),
        1 => format!("令和{era_year}年度"),
        _ => format!("{}年度", 2018 + era_year),
    };
    let name = dice.pick(&[
        "区民サービス向上取組シート",
        "窓口改善取組シート",
        "業務改善取組シート",
        "サービス向上の取組一覧",
    ]);
    let title = match dice.roll(4) {
        0 => format!("{printed_year}{name} {organization}"),
        1 => format!("{organization}　{printed_year}　{name}"),
        2 => format!("{printed_year}　{name}（{organization}）"),
        _ => format!("{printed_year}\n{name}\n{organization}"),
    };
    let mut lines: Vec<String> = vec![String::new()];
    lines.extend(title.lines().map(str::to_owned));
    lines.push(String::new());
    let header_lines =
        |which: usize| house.headers[which].iter().flat_map(|h| h.lines()).map(str::to_owned);
    let top = |lines: &mut Vec<String>, which: &[usize]| {
        for &which in which {
            lines.extend(header_lines(which));
            lines.push(String::new());
        }
    };
    let top_set: &[usize] = [&[0, 1, 2][..], &[0, 2], &[0], &[]][dice.roll(4)];
    top(&mut lines, top_set);

    let mut items: Vec<Item> = Vec::new();
    let mut sections: Vec<&str> = SECTIONS.to_vec();
    for index in (1..sections.len()).rev() {
        sections.swap(index, dice.roll(index + 1));
    }
    let n_divisions = 3 + dice.roll(8);
    let n_items = 1 + dice.roll(5);
    let mut page = 1;
    let page_form = dice.roll(5);
    let running = dice.chance(40);
    let breaks_inside = dice.chance(40);
    let lines_on_page = 30 + dice.roll(30);
    let mut since_break = 0;
    let policy_after = dice.roll(12);
    for section in sections.into_iter().take(n_divisions) {
        let part = dice.pick(&PARTS);
        let path: Vec<&str> = if dice.chance(80) { vec![part, section] } else { vec![section] };
        // A division without an ending is told by the one above it.
        let path = if section == "学校・家庭連携" { vec![part, section] } else { path };
        let n_items = if dice.chance(60) { n_items } else { 1 + dice.roll(5) };
        for number in 1..=n_items {
            let labels = house.labels && dice.chance(50);
            let form = |dice: &mut Dice| match house.form {
                0 => Form::Indented,
                1 if dice.chance(50) => Form::List(dice.roll(3)),
                2 => Form::Plain,
                _ if dice.chance(20) => Form::List(dice.roll(3)),
                _ => Form::Indented,
            };
            let goal_form = form(dice);
            let result_form =
                if matches!(goal_form, Form::List(_)) { goal_form } else { form(dice) };
            let item = Item {
                division: path.concat(),
                number: u32::try_from(number).expect("small"),
                category: dice.pick(&CATEGORIES).to_owned(),
                goal: paragraphs(dice, goal_form, promise, labels),
                result: if dice.chance(3) && !house.result_first && house.blanks {
                    Vec::new()
                } else if house.dashes && dice.chance(20) && house.blanks {
                    vec!["－".to_owned()]
                } else {
                    paragraphs(dice, result_form, report, false)
                },
            };
            let prints_division = !house.merged || number == 1;
            let mut block = head(dice, &house, &path, &item, prints_division);
            let head_length = block.len();
            if house.blanks {
                block.push(String::new());
            }
            let goal = cell(&house, &item.goal, house.width, false);
            let result = cell(&house, &item.result, house.result_width, true);
            let (first, second) = if house.result_first { (result, goal) } else { (goal, result) };
            block.extend(first);
            if house.blanks || house.form == 2 {
                block.push(String::new());
            }
            // A header between the columns, as some tools print it.
            if dice.chance(3) && !house.result_first && house.blanks && !item.result.is_empty() {
                block.extend(header_lines(2));
                block.push(String::new());
            }
            block.extend(second);
            // A tool that takes the page apart may print a header in the middle of a sentence.
            let first_text = head_length + usize::from(house.blanks) + 1;
            if dice.chance(3) && first_text + 1 < block.len() {
                let at = first_text + dice.roll(block.len() - first_text - 1);
                if !block[at].is_empty()
                    && !block[at - 1].is_empty()
                    && !block[at - 1].ends_with('。')
                {
                    let tail = block.split_off(at);
                    let blank = house.blanks && dice.chance(50);
                    block.extend(blank.then(String::new));
                    block.extend(header_lines(1 + dice.roll(2)));
                    block.extend(blank.then(String::new));
                    block.extend(tail);
                }
            }
            if house.blanks {
                block.push(String::new());
            }
            // The page may end before the record, or inside its text.
            since_break += block.len();
            if lines_on_page < since_break {
                // Pages end before a record, or anywhere inside its text.
                let first_text = head_length + usize::from(house.blanks) + 1;
                let at = if breaks_inside && first_text + 1 < block.len() {
                    first_text + dice.roll(block.len() - first_text - 1)
                } else {
                    0
                };
                let mut furniture = vec![String::new()];
                match page_form {
                    0 => furniture.push(format!("- {page} -")),
                    1 => furniture.push(format!("{page} / 9")),
                    2 => furniture.push(page.to_string()),
                    3 => furniture.push(format!("\u{C}{page}ページ")),
                    _ => furniture.push("\u{C}".to_owned()),
                }
                furniture.push(String::new());
                if running {
                    furniture.extend(title.lines().map(str::to_owned));
                    furniture.push(String::new());
                }
                top(&mut furniture, top_set);
                let tail = block.split_off(at);
                // Pages end after a line of text and not inside a blank stretch.
                block.extend(furniture);
                block.extend(tail);
                page += 1;
                since_break = 0;
            }
            lines.extend(block);
            items.push(item);
            if items.len() == policy_after {
                lines.extend(["", "市民サービス基本方針", ""].map(str::to_owned));
                for (mark, text) in [
                    ("①", "全ての方に公平な窓口をつくります。"),
                    ("②", "市民の声をよく聴き、仕事に生かします。"),
                    ("③", "組織の間の連携を図り、丁寧で速いサービスを提供します。"),
                ] {
                    lines.push(format!("{mark}{text}"));
                    lines.push(String::new());
                }
                lines.push(String::new());
            }
        }
    }
    let text = finish(dice, &lines);
    Made { text, organization, fiscal_year: u16::try_from(2018 + era_year).expect("small"), items }
}

/// Line ends, marks and stray spaces of one tool.
fn finish(dice: &mut Dice, lines: &[String]) -> String {
    let end = if dice.chance(20) { "\r\n" } else { "\n" };
    let trailing = dice.chance(20);
    let tabs = dice.chance(10);
    let mut text = if dice.chance(20) { "\u{FEFF}".to_owned() } else { String::new() };
    for line in lines {
        if tabs && !line.is_empty() && dice.chance(20) {
            text.push('\t');
        }
        text.push_str(line);
        if trailing && dice.chance(60) {
            text.push_str(dice.pick(&[" ", "  ", "　"]));
        }
        text.push_str(end);
    }
    text
}

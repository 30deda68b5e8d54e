//! Published files, from their bytes to their records: what a person reads in them is found, and nothing is lost.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use torikumi::record::ledger::LedgerRole;
use torikumi::record::tables::Tables;
use torikumi::record::{self, Record, Section, SheetReading};
use torikumi::source::page::Block;
use torikumi::source::{self, Source};

use crate::pdf::{FONTS_TEXT, sha256, text_layer};

/// A file: its name, its path, and what was read of it.
type File = (String, PathBuf, Source, SheetReading);

/// The published files, read once for all tests.
static REAL: LazyLock<Arc<[File]>> = LazyLock::new(|| read("real").into());

/// The files of a folder, each read.
fn files(folder: &str) -> Arc<[File]> {
    match folder {
        "real" => Arc::clone(&REAL),
        folder => read(folder).into(),
    }
}

fn read(folder: &str) -> Vec<File> {
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return Vec::new();
    };
    let tables = Tables::carried();
    let files = source::walk(&PathBuf::from(data).join("ingest").join(folder)).unwrap();
    let read = |path: PathBuf| {
        let source = source::read(&path).unwrap();
        let reading = record::read(&source, &tables);
        (source.file.clone(), path, source, reading)
    };
    files.into_iter().map(read).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_row_of_a_list_is_a_record_with_its_columns() {
    const COLUMNS: usize = 8;
    for (name, .., reading) in files("real").iter() {
        // The name says how many rows the file has, numbered from 1.
        let Some(rest) = name.strip_prefix("okinawa_") else { continue };
        let n_rows: u32 =
            rest.trim_end_matches(".pdf").split('_').next_back().unwrap().parse().unwrap();
        let numbered: HashMap<u32, &Record> =
            reading.records.iter().filter_map(|r| Some((r.number?, r))).collect();
        assert!((1..=n_rows).all(|number| numbered.contains_key(&number)), "{name}");
        assert_eq!(numbered.len(), n_rows as usize, "{name}");
        let n_whole = numbered.values().filter(|record| is_whole(record)).count();
        println!("{name}: {n_whole} of {n_rows} records have all {COLUMNS} columns");
        // A number that was given to nobody has no other columns.
        assert!(1000 * n_whole >= 985 * n_rows as usize, "{name}: {n_whole} of {n_rows}");
    }
}

/// Whether a record of the list has its seven columns beside the number, each with what its column holds.
fn is_whole(record: &Record) -> bool {
    let [sex, age, began, found, place, work, way] = &record.sections[..] else { return false };
    let is_day = |text: &str| text.ends_with('日') && text.contains('月');
    let is_age =
        |text: &str| text.ends_with('代') || text.starts_with("10歳") || text.starts_with("90歳");
    let is_short = |section: &&Section| {
        let n_chars = section.text.chars().count();
        section.heading.is_some() && 0 < n_chars && n_chars < 40
    };
    [sex, age, began, found, place, work, way].iter().all(is_short)
        && (sex.text.ends_with('性') || sex.text == "非公表")
        && (is_age(&squeezed(&age.text)) || age.text == "非公表")
        && !began.text.ends_with('性')
        && is_day(&squeezed(&found.text))
        && !is_day(&squeezed(&place.text))
        && !is_day(&squeezed(&work.text))
}

/// Cells that were looked up by other programs: the end of the file's name; the row, of a workbook the sheet; and the
/// SHA-256 of the name of the column, a tab and the text, without white space. A card has the name of the row and the
/// name of the column with the text.
const CELLS: [(&str, u32, &str); 50] = [
    ("aed.csv", 8, "79509d75a74c64ba7d1d937fe40d7ceca4de45cc3960a455f09e08521b04d30e"),
    ("aed.csv", 11, "240396a418ef8684b5f061b0505629a563bb5a5140d0be3648b4de11bf45aaee"),
    ("aed.csv", 14, "79bd669f7bae4fb841a629b67cb32782ec9d24a4fff0e88d500f3d79f4a215d6"),
    ("aed.csv", 21, "d91578303d7decabc4555484600d80a2ede9c5e62a9979805cbd1974577dd32c"),
    ("aed.csv", 43, "1da361d21b62774e713c2ba0988107788f7b315d1169c6956b252213d51341ef"),
    ("aed.csv", 48, "415698f47487456f3739ad6bfbb0a2225babbf7d32fa01e9d38a7c3ec53c0777"),
    ("aed.csv", 52, "1472e117f779596903cb84309b4dbda7f6e26e7191bb79358017b4c3926e725f"),
    ("aed.csv", 70, "4c229c76ecf2ef95977bc653140069e4f3d773cc2a2505d1845ecac2388932bf"),
    ("meals.csv", 6, "761afcc16d31324bb375ca6089b1edfd9a24d93ae7ea35ea9d795098768c782a"),
    ("meals.csv", 9, "eee42ccf4298fbac51e3c987cb5da703fbcd38f271280fb91a196f4d9d1b9de7"),
    ("meals.csv", 10, "02832259f0a1dd5ad0c35f1b7749a2b0415b13b24da67cefbc4e54204ac8330d"),
    ("meals.csv", 12, "5717eb8910feb7cda2efae0af34bd1c980d3e08522629e6b7e9496241f56ae0b"),
    ("meals.csv", 29, "1e4d4f4bf41aee16e2ba59271008380fbf37f878e7100cc7798ca04c84a23305"),
    ("meals.csv", 58, "4081528de8b7a5e710d9129d4809021cc01887dfb06ffb50f37fb2011a6fca7d"),
    ("meals.csv", 60, "c5cbaae16e0c90e7ee267a211ba5c9917c6f5365d6507f49c3dbc44e381e8309"),
    ("meals.csv", 69, "361ee0e3e4af7d1f4efbc3789ff6405b310ab16bb9620198a55de6291367f7a2"),
    ("nouen.csv", 2, "2b8f96dd2698a2ceabd5d831709beae3add4c5e81f0737b01e0b351d7891947e"),
    ("nouen.csv", 2, "94ccbb383fd619f2c5367e1dda8ba9415f5081a033d74adb8ec6ced62bbcc547"),
    ("nouen.csv", 3, "0b1aab314e068c351012b0a50eb2df7e59ee47d4608cdc1caf94c3dc41caf7d3"),
    ("nouen.csv", 4, "60272d1443585cd835aa6178f60a8847c6c83ead24a41833574824cf659d1266"),
    ("nouen.csv", 4, "06d1b7be43eb2927823b581df401bdaf01a00ceba56a06f0f51da47ab704d481"),
    ("nouen.csv", 6, "0a659176dd7429e2e129f02ad9fcf5a029eb050e9387096a10ab2003bf87324d"),
    ("nouen.csv", 7, "eec92518ed5941663eecaeaa84757bef7923b8b442ebc70fd80f85a444b26b77"),
    ("nouen.csv", 8, "7fe4b0a907d3c7ee141d8e4310571a35f5ed32a374fbd959f4c8660de585be20"),
    ("nouen.csv", 8, "5d211bba7bf9baaf97418ac0e2d1bda087e89ade2344c45fe6bbdec927ebc408"),
    ("card.xlsx", 3, "e2c178912b2d7fab12cf59e03a521d292fc99f26a85f855005eaf036d9686177"),
    ("card.xlsx", 3, "b7e4a92ecd2b60fbb1ff12772549bdb6400ca8edcde696cc5b4bfebcd600bc81"),
    ("card.xlsx", 3, "ad5733a3dac4321ca172ec1d2d23f2a02b0122214e15dd963feecb13497120e7"),
    ("card.xlsx", 3, "888392c624c37a3aac576cbfb541b7cf2aa18bd5653c031473cbdc1b12096931"),
    ("card.xlsx", 3, "558ebec80c53cc68a0431e96525da6a79707fe5ebc7d05539be80ea95a0beba5"),
    ("card.xlsx", 3, "af30b4f91e62e92e18992c1d1149ab6a3d8fa254c6810a02bb096aaaf443f505"),
    ("card.xlsx", 21, "500811cbb79768559e54d1325955b743c250a49397a454c97ff53f08ea8b688b"),
    ("card.xlsx", 21, "453524a5d84b6207c95f970b159b2047deaf47512ac4d8e2885dc9df863817f3"),
    ("card.xlsx", 21, "87de6da75c87bca2b050206847a57c4cc54ed801b6d0cc2c979987993ae152ba"),
    ("card.xlsx", 21, "0be55e73ea05203fb2e404e6b66d3d00c700a374eed71a5a187ba57a243221ac"),
    ("card.xlsx", 21, "4ab7cd379464c8dcfbafc01a9e9a3a4f7a8c6370e43b09d60b80507484299d3f"),
    ("card.xlsx", 31, "290d5dda4206f4d10647cddc2129ed142316aaac737dd83cbcca2f859a53e80c"),
    ("card.xlsx", 31, "af30b4f91e62e92e18992c1d1149ab6a3d8fa254c6810a02bb096aaaf443f505"),
    ("card.xlsx", 31, "ac80698e9acc933f8cfab59fb5c0dad2df88dd223fef771fffab6f1dc37b2faa"),
    ("card.xlsx", 31, "937784578ca4df7a5b9f256c0eb5c7c716927e46816d3241e9ac8be32301f1ca"),
    ("card.xlsx", 31, "8b5449eca3597bf5e95f4f9eda76a3e56b3f875216025a6e40e1db99c52fe361"),
    ("card.xlsx", 48, "247b22a4cd8da147b1f0be4d395a1e2bd72ab779e2c962e231d9ce4047b341d9"),
    ("card.xlsx", 48, "388bc8f7ac914efd84cb61560c7823a3db121f638f03936aaf3c5881ed3373e2"),
    ("card.xlsx", 48, "59697b94c56c7c431cabc7457439e19c4db74a9772b61f957928de1ec641b9cd"),
    ("card.xlsx", 48, "16da3db2be912fbb00f4ffb8e7b67edd39285298babfe8d5f60109b0f4c1e392"),
    ("card.xlsx", 48, "25a6cec3621e4e25103602813912215ebd2568b76181957ac3b0a22a6089fc8e"),
    ("card.xlsx", 48, "6ae0edf4249cacd66f2842b59cec7c5c15974a2c96c5dc27c7b41c611cc1dcd6"),
    ("card.xlsx", 48, "ca583dec1eb8278bc324440af6dc47db4a6899fce8f1bc52b616801573c6e27c"),
    ("card.xlsx", 48, "56e98fe50229ab589a253f9973145c4db842830450e2e192a0038e6c61cf3769"),
    ("card.xlsx", 48, "f240a35602b53f966656276fd960b8cdf0317ba4ffa72879d8b10918df395372"),
];

/// What the record shows, each as a name, a tab and a text.
fn shown(record: &Record) -> Vec<String> {
    let mut shown: Vec<String> =
        record.title.iter().map(|title| format!("\t{}", squeezed(title))).collect();
    for section in &record.sections {
        let heading = squeezed(section.heading.as_deref().unwrap_or_default());
        shown.push(format!("{heading}\t{}", squeezed(&section.text)));
        for line in section.text.lines() {
            let Some((label, values)) = line.split_once('：') else { continue };
            let label = squeezed(label);
            shown.extend(values.split('、').map(|value| format!("{label}\t{}", squeezed(value))));
        }
    }
    shown
}

#[test]
fn cells_that_were_looked_up_are_in_their_records() {
    let files = files("real");
    if files.is_empty() {
        return;
    }
    let mut n_right = 0;
    for (file, place, expected) in CELLS {
        let (.., source, reading) = files.iter().find(|(name, ..)| name.ends_with(file)).unwrap();
        let mut records = reading.records.iter().filter(|record| {
            let at = &record.sources[0];
            let sheet =
                source.pages.iter().position(|page| page.sheet.is_some() && page.sheet == at.sheet);
            at.row == Some(place) || sheet.is_some_and(|sheet| sheet + 1 == place as usize)
        });
        let is_right =
            records.any(|record| shown(record).iter().any(|text| sha256(text) == expected));
        n_right += usize::from(is_right);
        if !is_right {
            println!("{file} {place} {expected}: not found");
        }
    }
    println!("{n_right} of {} cells", CELLS.len());
    assert_eq!(n_right, CELLS.len());
}

#[test]
fn every_character_is_in_a_record_or_accounted_for() {
    let (mut n_all, mut n_kept) = (0, 0);
    for folder in ["real", "sheets"] {
        for (name, path, source, reading) in files(folder).iter() {
            if name.ends_with(".json") {
                continue;
            }
            let printed = match name.ends_with(".pdf") {
                true => text_layer(&fs::read(path).unwrap()),
                false => texts(source).concat(),
            };
            let kept = counts(&kept(source, reading));
            let printed = counts(&printed);
            let n_printed: usize = printed.values().sum();
            let found = |(c, n): (&char, &usize)| kept.get(c).copied().unwrap_or_default().min(*n);
            let n_found: usize = printed.iter().map(found).sum();
            println!("{name}: {n_found} of {n_printed} characters");
            n_all += n_printed;
            n_kept += n_found;
        }
    }
    println!("{n_kept} of {n_all} characters");
    assert!(1000 * n_kept >= 999 * n_all, "{n_kept} of {n_all} characters");
}

/// The texts of the cells and blocks of a source, in their order.
fn texts(source: &Source) -> Vec<String> {
    let blocks = source.pages.iter().flat_map(|page| &page.blocks);
    let texts = blocks.flat_map(|block| match block {
        Block::Table(table) => table.cells.iter().map(|cell| cell.text.clone()).collect(),
        Block::Paragraph(text) | Block::Heading(_, text) | Block::Furniture(text) => {
            vec![text.clone()]
        }
    });
    texts.filter(|text| !squeezed(text).is_empty()).collect()
}

/// What the reading shows: the texts of records and notices, and what the ledger says is a heading, furniture, or a
/// fact of the records.
fn kept(source: &Source, reading: &SheetReading) -> String {
    let mut kept = String::new();
    for record in &reading.records {
        record.sections.iter().for_each(|section| kept += &section.text);
        kept.extend(record.notices.iter().map(|notice| notice.message.as_str()));
    }
    kept.extend(reading.notices.iter().map(|notice| notice.message.as_str()));
    let texts = texts(source);
    assert_eq!(texts.len(), reading.ledger.entries.len(), "{}", source.file);
    for (text, entry) in texts.iter().zip(&reading.ledger.entries) {
        assert_eq!(squeezed(text).chars().count(), entry.characters, "{}", source.file);
        let is_text = matches!(
            entry.role,
            LedgerRole::Goal
                | LedgerRole::Result
                | LedgerRole::Body
                | LedgerRole::Notice
                | LedgerRole::Policy
        );
        if !is_text {
            kept += text;
        }
    }
    kept
}

fn counts(text: &str) -> HashMap<char, usize> {
    let mut counts = HashMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

#[test]
fn every_file_is_read_or_refused_with_a_reason() {
    for (name, .., reading) in files("real").iter() {
        let is_explained = reading.notices.iter().any(|notice| !notice.message.is_empty());
        assert!(!reading.records.is_empty() || is_explained, "{name}");
        for record in &reading.records {
            let has_text =
                record.sections.iter().any(|section| !squeezed(&section.text).is_empty());
            assert!(has_text || record.title.is_some(), "{name}: {record:?}");
            let name_of_office = record.organization.as_deref().unwrap_or("緑川市");
            assert!(!name_of_office.contains(|c: char| c.is_numeric()), "{name}: {name_of_office}");
        }
        let says = |part: &str| reading.notices.iter().any(|notice| notice.message.contains(part));
        match name.as_str() {
            "js_vertical.pdf" => assert!(says("文字の情報がなく"), "{name}"),
            "FY2020-settlementcard.xlsx" => assert!(40 < reading.records.len(), "{name}"),
            _ => {}
        }
    }
}

#[test]
fn fonts_without_a_map_give_records_or_a_notice() {
    for (name, .., reading) in files("fonts").iter() {
        if name.starts_with("k4") {
            assert_eq!(reading.records, [], "{name}");
            assert!(reading.notices[0].message.contains("読めません"), "{name}");
            continue;
        }
        let is_selector = |c: &char| ('\u{E0100}'..='\u{E01EF}').contains(c);
        let mut shown = String::new();
        for record in &reading.records {
            shown.extend(record.title.iter().map(String::as_str));
            record.sections.iter().for_each(|section| shown += &section.text);
        }
        let shown: String = squeezed(&shown).chars().filter(|c| !is_selector(c)).collect();
        assert_eq!(sha256(&shown), FONTS_TEXT, "{name}");
    }
}

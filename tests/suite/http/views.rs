//! Ways of reading a page: languages, readings, and the search that led to it.

use super::client::Client;

/// Addresses of every kind of page of the shelf.
const PAGES: [&str; 9] = [
    "/",
    "/search",
    "/search?q=%E8%8A%B1%E5%A3%87",
    "/search?q=%E8%8A%B1%E5%A3%87&category=%E9%98%B2%E7%81%BD",
    "/search?per_page=1",
    "/records/kadan",
    "/records/kadan?q=%E8%8A%B1%E5%A3%87",
    "/help",
    "/accessibility",
];

/// The page at `address` in another view.
fn viewed(address: &str, view: &str) -> String {
    format!("{address}{}{view}", if address.contains('?') { '&' } else { '?' })
}

/// The addresses within this server that a page leads to, without files and interfaces of programs.
fn links(page: &str) -> Vec<&str> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let is_page = |link: &&str| {
        let is_file =
            ["/api/", "/style.css", "/enhance.js", "/opensearch", "/search.atom", "/feed"];
        link.starts_with('/') && !is_file.iter().any(|file| link.starts_with(file))
    };
    links.filter(is_page).collect()
}

#[tokio::test]
async fn every_page_speaks_every_language_and_keeps_it() {
    let client = Client::new();
    for address in PAGES {
        for (view, tag) in [("lang=easy", "ja"), ("lang=en", "en")] {
            let address = viewed(address, view);
            let page = client.get(&address).await;
            assert_eq!(page.status, 200, "{address}");
            page.has(&format!("<html lang=\"{tag}\">"));
            let links = links(&page.text);
            assert!(5 < links.len(), "{address}");
            // The links to the other languages, and the canonical address, are the ones that leave the view.
            let elsewhere = links.iter().filter(|link| !link.contains(&view.replace('&', "&amp;")));
            assert!(elsewhere.count() <= 3, "{address}: {links:?}");
            page.has(&format!(
                "<input type=\"hidden\" name=\"lang\" value=\"{}\">",
                view.replace("lang=", "")
            ));
        }
    }
}

#[tokio::test]
async fn no_word_of_the_interface_is_japanese_in_english() {
    let client = Client::new();
    for address in PAGES {
        let page = client.get(&viewed(address, "lang=en")).await;
        for word in ["件", "年度の", "検索結果", "絞り込", "はじめ", "出典", "目標</h2>"]
        {
            let inside = page
                .text
                .split('>')
                .filter(|piece| piece.split('<').next().is_some_and(|text| text.contains(word)));
            assert_eq!(inside.count(), 0, "{word} on {address}");
        }
    }
}

#[tokio::test]
async fn an_unknown_language_is_dropped() {
    let client = Client::new();
    for (asked, expected) in [
        ("/?lang=xx", "/"),
        ("/?lang=ja", "/"),
        ("/search?q=a&lang=xx&ruby=0", "/search?q=a"),
        ("/search?lang=en&q=a", "/search?q=a&lang=en"),
        ("/search?ruby=1&lang=en", "/search?lang=en&ruby=true"),
        ("/records/kadan?x=y&lang=easy", "/records/kadan?lang=easy"),
        ("/?q=a&lang=en", "/search?q=a&lang=en"),
    ] {
        let answer = client.get(asked).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, expected), "{asked}");
    }
}

#[tokio::test]
async fn readings_stand_above_the_words_of_records() {
    let client = Client::new();
    let plain = client.get("/records/kadan").await;
    plain.has_not("<ruby>");
    let page = client.get("/records/kadan?ruby=true").await;
    page.has("<ruby>花壇<rp>（</rp><rt>かだん</rt><rp>）</rp></ruby>");
    page.has("<title>まちづくり部 緑の係 取組1 - 取組検索</title>");
    page.has("<!DOCTYPE html>");
    page.has("機械がつけています");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn markup_in_a_record_stays_text_under_readings() {
    let client = Client::new();
    let (plain, with) =
        (client.get("/search?q=script").await, client.get("/search?q=script&ruby=true").await);
    assert_eq!(with.status, 200);
    let n_elements = |page: &str, name: &str| page.matches(&format!("<{name}")).count();
    for name in ["script", "img", "a ", "button"] {
        assert_eq!(n_elements(&plain.text, name), n_elements(&with.text, name), "{name}");
    }
}

#[tokio::test]
async fn a_record_marks_the_words_that_led_to_it() {
    let client = Client::new();
    let results = client.get("/search?q=%E8%8A%B1%E5%A3%87&fiscal_year=2022").await;
    results.has("href=\"/records/kadan?q=%E8%8A%B1%E5%A3%87\"");
    let page = client.get("/records/kadan?q=%E8%8A%B1%E5%A3%87").await;
    page.has("駅前の<mark>花壇</mark>を地域の皆さんと");
    page.has("href=\"/search?q=%E8%8A%B1%E5%A3%87\">「花壇」の検索結果へ戻る</a>");
    page.has("<link rel=\"canonical\" href=\"https://torikumi.example.jp/records/kadan\">");
    client.get("/records/kadan").await.has_not("<mark>");
}

#[tokio::test]
async fn choices_are_looked_through_without_a_script() {
    let client = Client::new();
    let page = client.get("/search?choices=%E9%98%B2").await;
    assert_eq!(page.status, 200);
    page.has("name=\"category\" value=\"防災\">");
    page.has_not("name=\"category\" value=\"環境\">");
    let chosen = client.get("/search?category=%E7%92%B0%E5%A2%83&choices=%E9%98%B2").await;
    chosen.has("name=\"category\" value=\"環境\" checked>");
    let none = client.get("/search?choices=xyz").await;
    none.has("「xyz」を含む選択肢はありません。");
    let tidied = client.get("/search?choices=&q=a").await;
    assert_eq!(tidied.header("location"), "/search?q=a");
}

//! What every endpoint answers when all is well.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::client::Client;

#[tokio::test]
async fn a_search_answers_in_the_fixed_shape() {
    let client = Client::new();
    let mut body = client.get_json("/api/v1/search?q=花壇&fiscal_year=R4&explain=true").await;
    let took = body["took_ms"].take();
    assert!(took.as_f64().is_some_and(|ms| 0.0 <= ms), "{took}");
    let expected = json!({
        "q": "花壇", "total": 1, "page": 1, "per_page": 20, "took_ms": null,
        "interpretation": [],
        "hits": [{
            "id": "kadan", "score": 7.1235, "organization": "浜手区役所", "fiscal_year": 2022,
            "division": ["まちづくり部", "緑の係"], "category": "環境", "category_canonical": ["環境"],
            "number": 1, "title": null,
            "snippets": [
                {"field": "goal", "fragments": [
                    {"text": "駅前の", "hit": false}, {"text": "花壇", "hit": true},
                    {"text": "を地域の皆さんと手入れし、歩いて楽しいまちにします。", "hit": false}]},
                {"field": "result", "fragments": [
                    {"text": "", "hit": false}, {"text": "花壇", "hit": true},
                    {"text": "の手入れを年12回行い、延べ240人が参加しました。\n冬の花の選び方に課題が残りました。", "hit": false}]},
            ],
            "url": "/records/kadan",
            "sources": [{"file": "hamate-r4.txt", "sha256": null, "url": null, "licence": null, "page": null,
                "line": 12, "sheet": null, "cell": null}], "explanation": {
                "sentences": [], "matches": [], "tree": { "description": "1.0 = <b>tf</b>" },
            },
        }],
        "facets": {
            "division": {"values": [{
                "value": "まちづくり部", "path": "まちづくり部", "count": 1, "selected": false,
                "children": [{"value": "緑の係", "path": "まちづくり部/緑の係", "count": 1,
                              "selected": false, "children": []}]}], "others": 0},
            "category": {"values": [{"value": "環境", "count": 1, "selected": false}], "others": 0},
            "fiscal_year": {"values": [
                {"value": 2022, "label": "令和4年度", "count": 1, "selected": true}], "others": 0},
            "organization": {"values": [
                {"value": "浜手区役所", "count": 1, "selected": false}], "others": 0},
        },
        "did_you_mean": [], "notices": [],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn an_interpretation_can_be_undone_by_its_address() {
    let client = Client::new();
    let body = client.get_json("/api/v1/search?q=花だん&category=環境").await;
    let expected = json!([{
        "kind": "variant", "from": "花だん", "to": "花壇",
        "undo": "/search?q=%E8%8A%B1%E3%81%A0%E3%82%93&category=%E7%92%B0%E5%A2%83&exact=true",
    }]);
    assert_eq!(body["interpretation"], expected);
    let undone = client.get(body["interpretation"][0]["undo"].as_str().unwrap()).await;
    assert_eq!(undone.status, 200);
    undone.has_not("別の書き方");
}

#[tokio::test]
async fn suggestions_and_notices_are_passed_on() {
    let client = Client::new();
    let body = client.get_json("/api/v1/search?q=花段").await;
    assert_eq!(body["did_you_mean"], json!([{"text": "花壇", "count": 2}]));
    let body = client.get_json("/api/v1/search?q=(花壇").await;
    let notice = json!([{"kind": "query_as_text", "message": "閉じていない「(」は文字として探しました。", "place": "q:1"}]);
    assert_eq!(body["notices"], notice);
}

#[tokio::test]
async fn parameters_of_a_search_have_their_effect() {
    let client = Client::new();
    let ids = async |query: &str| {
        let body = client.get_json(&format!("/api/v1/search?{query}")).await;
        let hits = body["hits"].as_array().unwrap();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids("").await, "kadan kunren madoguchi");
    assert_eq!(ids("sort=newest").await, "kunren kadan madoguchi");
    assert_eq!(ids("sort=oldest").await, "kadan madoguchi kunren");
    assert_eq!(ids("per_page=2&page=2").await, "madoguchi");
    assert_eq!(ids("division=まちづくり部").await, "kadan");
    assert_eq!(ids("division=まちづくり部/緑の係&division=危機管理室").await, "kadan kunren");
    assert_eq!(ids("category=防災&category=環境&fiscal_year=2022").await, "kadan");
    assert_eq!(ids("organization=浜手区役所&fiscal_year=令和5").await, "kunren");
    assert_eq!(ids("fiscal_year=none").await, "");
    assert_eq!(ids("q=課題").await, "kadan");
    assert_eq!(ids("q=課題&in=goal").await, "");
    assert_eq!(ids("q=課題&in=result").await, "kadan");
    let body = client.get_json("/api/v1/search?facet_limit=1").await;
    assert_eq!(body["facets"]["category"]["values"].as_array().unwrap().len(), 1);
    assert_eq!(body["facets"]["category"]["others"], 2);
}

#[tokio::test]
async fn a_record_is_served_as_page_and_as_json() {
    let client = Client::new();
    let body = client.get_json("/api/v1/records/kadan").await;
    assert_eq!(body["id"], "kadan");
    assert_eq!(body["fiscal_year"], 2022);
    assert_eq!(body["sections"][0]["role"], "goal");
    let negotiated = client.ask("GET", "/records/kadan", &[("accept", "application/json")]).await;
    assert_eq!(negotiated.header("content-type"), "application/json");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&negotiated.text).unwrap(), body);
    let page = client.get("/records/kadan").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("vary"), "Accept");
    page.has("<h1 lang=\"ja\">まちづくり部 緑の係 取組1</h1>");
    page.has("令和4年度（2022年度）");
    page.has("目標及び取組内容");
    page.has("<p lang=\"ja\">冬の花の選び方に課題が残りました。</p>");
    page.has("<link rel=\"canonical\" href=\"https://torikumi.example.jp/records/kadan\">");
    page.has("hamate-r4.txt 12行目、https://torikumi.example.jp/records/kadan</p>");
}

#[tokio::test]
async fn the_start_page_says_what_there_is_and_offers_only_what_is_found() {
    let client = Client::new();
    let page = client.get("/").await;
    assert_eq!(page.status, 200);
    page.has("3件の取組を集め");
    page.has(">令和4年度</a> <span class=\"count\">2件</span>");
    page.has_not("個人情報</a>");
    page.has("href=\"/search?division=%E5%8D%B1%E6%A9%9F%E7%AE%A1%E7%90%86%E5%AE%A4\"");
}

#[tokio::test]
async fn the_results_page_says_how_many_first() {
    let client = Client::new();
    let page = client.get("/search?q=%E8%8A%B1%E5%A3%87").await;
    assert_eq!(page.status, 200);
    page.has("<title>「花壇」の検索結果 1件 - 取組検索</title>");
    page.has("<h2>「花壇」の検索結果 1件</h2>");
    page.has("駅前の<mark>花壇</mark>を地域の皆さんと");
    page.has("<html lang=\"ja\">");
    assert_eq!(page.text.matches("<h1").count(), 1);
    page.has_not("aria-label=\"検索結果\"");
}

#[tokio::test]
async fn chips_name_what_they_remove() {
    let client = Client::new();
    let page = client.get("/search?category=%E9%98%B2%E7%81%BD&fiscal_year=2023").await;
    page.has(
        "href=\"/search?fiscal_year=2023\"><span>区分：防災<span class=\"hidden\"> の条件を外す</span>",
    );
    page.has("href=\"/search?category=%E9%98%B2%E7%81%BD\"><span>年度：令和5年度<span class=\"hidden\"> の条件を外す</span>");
    page.has("href=\"/search\">絞り込みをすべて外す</a>");
    page.has("name=\"category\" value=\"防災\" checked>");
}

#[tokio::test]
async fn a_condition_without_a_box_survives_the_form() {
    let client = Client::new();
    let page = client.get("/search?category=X&sort=newest&per_page=5").await;
    page.has("<input type=\"hidden\" form=\"search\" name=\"category\" value=\"X\">");
    page.has("<input type=\"hidden\" form=\"search\" name=\"sort\" value=\"newest\">");
    page.has("<input type=\"hidden\" form=\"search\" name=\"per_page\" value=\"5\">");
}

#[tokio::test]
async fn pages_follow_each_other_without_dead_ends() {
    let client = Client::new();
    let first = client.get("/search?per_page=1").await;
    first.has("<nav class=\"pages\" aria-label=\"検索結果\">");
    first.has_not(">前へ<");
    first.has("href=\"/search?page=2&#38;per_page=1\">次へ</a>");
    let last = client.get("/search?page=3&per_page=1").await;
    last.has("href=\"/search?page=2&#38;per_page=1\">前へ</a>");
    last.has("</span>3 / 3</span>");
    last.has_not(">次へ<");
    let behind = client.get("/search?page=4&per_page=1").await;
    assert_eq!(behind.status, 200);
    behind.has("このページに結果はありません。");
}

#[tokio::test]
async fn nothing_found_comes_with_ways_that_find_something() {
    let client = Client::new();
    let page = client
        .get("/search?q=%E8%8A%B1%E5%A3%87+%E5%81%9C%E9%9B%BB&category=%E5%85%B1%E9%80%9A")
        .await;
    page.has("<h2>「花壇 停電」の検索結果 0件</h2>");
    page.has("すべての取組を見る</a> <span class=\"count\">3件</span>");
    // Neither word alone is found under that category, and the words together nowhere.
    page.has_not("だけで探す");
    page.has_not("条件をすべて外す");
    let page = client.get("/search?q=%E8%8A%B1%E5%A3%87+%E5%81%9C%E9%9B%BB").await;
    page.has("「花壇」だけで探す</a> <span class=\"count\">1件</span>");
    page.has("「停電」だけで探す</a> <span class=\"count\">1件</span>");
    let page = client
        .get("/search?q=%E8%8A%B1%E5%A3%87&category=%E5%85%B1%E9%80%9A&fiscal_year=2022")
        .await;
    page.has("「区分：共通」の条件を外す</a> <span class=\"count\">1件</span>");
    page.has_not("「年度：令和4年度」の条件を外す</a> <span");
}

#[tokio::test]
async fn people_are_sent_to_the_canonical_address() {
    let client = Client::new();
    for (from, to) in [
        ("/search?q=&division=&sort=relevance", "/search"),
        ("/search?fiscal_year=R4&q=a", "/search?q=a&fiscal_year=2022"),
        ("/search?q=a&utm_source=x", "/search?q=a"),
        ("/search?q=a%20b", "/search?q=a+b"),
        ("/?q=a", "/search?q=a"),
        ("/?utm_source=x", "/"),
        ("/records/kadan?from=list", "/records/kadan"),
        (
            "/search?q=//example.com%0D%0ASet-Cookie:x",
            "/search?q=%2F%2Fexample.com%0D%0ASet-Cookie%3Ax",
        ),
    ] {
        let reply = client.get(from).await;
        assert_eq!(reply.status, 303, "{from}");
        assert_eq!(reply.header("location"), to, "{from}");
        assert_eq!(client.get(to).await.status, 200, "{to}");
    }
}

#[tokio::test]
async fn what_is_typed_is_completed() {
    let client = Client::new();
    let target = "/api/v1/suggest?q=%E8%8A%B1";
    let both = json!({"suggestions": [
        {"text": "花壇", "reading": "カダン", "count": 2},
        {"text": "花だより", "reading": null, "count": 1},
    ]});
    assert_eq!(client.get_json(target).await, both);
    let one = json!({"suggestions": [{"text": "花壇", "reading": "カダン", "count": 2}]});
    assert_eq!(client.get_json(&format!("{target}&limit=1")).await, one);
    for nothing in ["/api/v1/suggest", "/api/v1/suggest?q=", "/api/v1/suggest?limit=5"] {
        assert_eq!(client.get_json(nothing).await, json!({"suggestions": []}), "{nothing}");
    }
    let first = client.get(target).await;
    let same = client.get(&format!("{target}&limit=10")).await;
    assert_eq!(first.header("etag"), same.header("etag"));
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let other = client.get(&format!("{target}&limit=9")).await;
    assert_ne!(first.header("etag"), other.header("etag"));
}

#[tokio::test]
async fn an_answer_is_made_once_for_each_generation() {
    let client = Client::new();
    for target in [
        "/",
        "/search",
        "/records/kadan",
        "/api/v1/search?q=a",
        "/api/v1/suggest?q=a",
        "/api/v1/records/kadan",
    ] {
        "g1".clone_into(&mut client.shelf.generation.lock().unwrap());
        let first = client.get(target).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{target}: {etag}");
        let n_searches = client.shelf.n_searches.load(Ordering::Relaxed);
        let known = client.ask("GET", target, &[("if-none-match", &etag)]).await;
        assert_eq!(known.status, 304, "{target}");
        assert_eq!(known.text, "", "{target}");
        assert_eq!(known.header("etag"), etag, "{target}");
        assert_eq!(client.shelf.n_searches.load(Ordering::Relaxed), n_searches, "{target}");
        "g2".clone_into(&mut client.shelf.generation.lock().unwrap());
        let changed = client.ask("GET", target, &[("if-none-match", &etag)]).await;
        assert_eq!(changed.status, 200, "{target}");
        assert_ne!(changed.header("etag"), etag, "{target}");
    }
}

#[tokio::test]
async fn the_two_forms_of_a_record_are_never_mistaken() {
    let client = Client::new();
    let page = client.get("/records/kadan").await;
    let headers = [("accept", "application/json"), ("if-none-match", page.header("etag"))];
    let json = client.ask("GET", "/records/kadan", &headers).await;
    assert_eq!(json.status, 200);
    assert_eq!(json.header("vary"), "Accept");
}

#[tokio::test]
async fn style_and_script_are_kept_under_their_versions_only() {
    let client = Client::new();
    let page = client.get("/").await;
    for (reference, path, media_type) in [
        ("<link rel=\"stylesheet\" href=\"", "/style.css", "text/css; charset=utf-8"),
        ("<script type=\"module\" src=\"", "/enhance.js", "text/javascript; charset=utf-8"),
    ] {
        let (_, rest) = page.text.split_once(reference).unwrap();
        let (url, _) = rest.split_once('"').unwrap();
        assert!(url.starts_with(path), "{url}");
        let carried = client.get(url).await;
        assert_eq!(carried.status, 200, "{url}");
        assert_eq!(carried.header("content-type"), media_type);
        assert!(carried.header("cache-control").contains("immutable"), "{url}");
        let bare = client.get(path).await;
        assert!(!bare.header("cache-control").contains("immutable"), "{path}");
        let known = client.ask("GET", path, &[("if-none-match", bare.header("etag"))]).await;
        assert_eq!(known.status, 304, "{path}");
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let client = Client::new();
    for target in
        ["/", "/search", "/records/kadan", "/api/v1/search", "/livez", "/style.css", "/enhance.js"]
    {
        let get = client.get(target).await;
        let head = client.ask("HEAD", target, &[]).await;
        assert_eq!(head.status, 200, "{target}");
        assert_eq!(head.text, "", "{target}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{target}");
        assert_eq!(head.header("etag"), get.header("etag"), "{target}");
    }
}

#[tokio::test]
async fn liveness_and_readiness_differ() {
    let client = Client::new();
    assert_eq!(client.get_json("/livez").await, json!({"status": "live"}));
    assert_eq!(client.get_json("/readyz").await, json!({"status": "ready"}));
    client.shelf.ready.store(false, Ordering::Relaxed);
    assert_eq!(client.get("/livez").await.status, 200);
    for target in ["/readyz", "/", "/search", "/api/v1/search", "/api/v1/suggest", "/records/kadan"]
    {
        let reply = client.get(target).await;
        assert_eq!(reply.status, 503, "{target}");
        assert_eq!(reply.header("retry-after"), "2", "{target}");
    }
}

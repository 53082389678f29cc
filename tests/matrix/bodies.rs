//! What each command is sent.

use serde_json::{Value, json};

use crate::support::sample;
use crate::support::world::World;

/// Sound bodies, so that nobody is refused for what they sent before their right is asked.
pub fn body(method: &str, path: &str, world: &World) -> Value {
    let id = |kind: &str| {
        world
            .get(kind)
            .and_then(|id| id.parse::<i64>().ok())
            .unwrap_or(1)
    };
    match path {
        "/api/v1/rounds/{id}/extend" => {
            json!({ "deadline": "2026-04-20T09:00:00Z", "opening_at": "2026-04-21T01:00:00Z", "reason": "顺延" })
        }
        "/api/v1/rounds/{id}/cancel"
        | "/api/v1/bids/{id}/void"
        | "/api/v1/contracts/{id}/terminate" => {
            json!({ "reason": "不再需要" })
        }
        "/api/v1/rounds/{id}/opening" => json!({
            "openers": [{ "username": "office", "password": "Correct#Horse1" }, { "username": "supervisor", "password": "Correct#Horse1" }], "attendance": "两人",
        }),
        "/api/v1/acceptances/{id}/ballot_codes" => json!({
            "kind": "ballot", "count": 5, "present": [{ "username": "supervisor", "password": "Correct#Horse1" }],
        }),
        "/api/v1/acceptances/{id}/ballot_codes/agreement" => {
            json!({ "kind": "ballot", "count": 5 })
        }
        "/api/v1/acceptances/{id}/confirm_voters" => json!({ "counted_voters": 5 }),
        "/api/v1/acceptances/{id}/close" => json!({
            "openers": [{ "username": "office", "password": "Correct#Horse1" }, { "username": "supervisor", "password": "Correct#Horse1" }],
        }),
        "/api/v1/rounds/{id}/panel" => {
            json!({ "members": [{ "user_id": id("user"), "seat": "chair" }] })
        }
        "/api/v1/recusals/{id}/lift" => json!({ "reason": "登记有误" }),
        "/api/v1/recusals/{id}/confirm" => json!({ "agree": true }),
        "/api/v1/rounds/{id}/panel/draw" => json!({ "seats": 5 }),
        "/api/v1/rounds/{id}/panel/draw/nonce" | "/api/v1/rounds/{id}/presentation/nonce" => {
            json!({ "nonce": "七月流火九月授衣" })
        }
        "/api/v1/rounds/{id}/lots" => json!({ "bid_ids": [1, 2], "word": "七月流火九月授衣" }),
        "/api/v1/lots/{id}/reveal" => json!({ "word": "七月流火九月授衣" }),
        "/api/v1/lots/{id}/void" => json!({ "reason": "没有揭示" }),
        "/api/v1/rounds/{id}/panel/answer" => json!({ "accept": true }),
        "/api/v1/rounds/{id}/panel/replacements" => {
            json!({ "out_user_id": id("user"), "reason": "因病" })
        }
        "/api/v1/users/{id}/posts" => json!({
            "organization_id": id("organization"), "post": "联系领导", "from_on": "2025-01-01",
        }),
        "/api/v1/users/{id}/posts/{post}/end" => json!({ "until_on": "2026-01-31" }),
        "/api/v1/users/{id}/relations" => {
            json!({ "kind": "kin", "organization_id": id("organization") })
        }
        "/api/v1/rounds/{id}/decision" if world.get("second_bid").is_some() => json!({
            "minute_number": "党委会纪要〔2026〕3号", "minute_date": "2026-03-20", "items": [
                { "bid_id": id("bid"), "outcome": "winner" },
                { "bid_id": id("second_bid"), "outcome": "reserve" },
                { "bid_id": id("third_bid"), "outcome": "reserve" },
            ],
        }),
        "/api/v1/score_sheets/{id}/reopen" => json!({ "reason": "请核对" }),
        "/api/v1/score_sheets/{id}/dispute" => json!({ "reason": "与原件不符" }),
        "/api/v1/bids/{id}/score_sheet" => json!({ "marks": [], "submit": false }),
        "/api/v1/contracts/{id}/sign" => json!({ "password": "Correct#Horse1" }),
        "/api/v1/organizations/{id}/move" => json!({ "parent_id": id("committee") }),
        "/api/v1/organizations/{id}/merge" => json!({ "into_id": 404404404 }),
        "/api/v1/organizations" => json!({
            "parent_id": id("committee"), "kind": "branch", "name": "新支部", "short_name": "新支部", "code": "TX-NEW",
        }),
        "/api/v1/users" => json!({
            "organization_id": id("organization"), "staff_number": "TX9999", "name": "新人", "post": "员工",
        }),
        "/api/v1/users/{id}/move" => json!({ "organization_id": id("committee") }),
        "/api/v1/users/{id}/roles" => {
            json!({ "role": "branch_secretary", "organization_id": id("organization") })
        }
        "/api/v1/replications" => json!({ "case_id": id("case"), "adapted": "按本所实际调整。" }),
        // Not a wrong one over and over: that locks the account.
        "/api/v1/session" => json!({}),
        "/api/v1/users/{id}/password" => json!({ "password": "Another#Horse2" }),
        "/api/v1/rounds" => crate::support::rounds::round_body(),
        "/api/v1/rounds/{id}/questions" => json!({ "question": "可以联合申报吗？" }),
        "/api/v1/questions/{id}/answer" => json!({ "answer": "可以。" }),
        "/api/v1/rounds/{id}/corrections" => json!({ "text": "名额更正为两个。" }),
        "/api/v1/topics/{id}/decision" => json!({ "decision": "close", "reason": "不再安排。" }),
        "/api/v1/topics/{id}/shares" => json!({
            "reason": "各有所长。", "shares": [
                { "bid_id": id("bid"), "scope": "试点", "budget": 1 }, { "bid_id": 404404404, "scope": "推广", "budget": 1 },
            ],
        }),
        "/api/v1/rounds/{id}/joint" => json!({
            "lead_bid_id": id("bid"), "partner_bid_ids": [404404404], "statement": "甲做一，乙做二。", "reason": "同一个难题",
        }),
        "/api/v1/joint/{id}" => json!({ "statement": "甲做二，乙做一。" }),
        "/api/v1/joint/{id}/answer" => json!({ "agree": true, "digest": "00" }),
        "/api/v1/joint/{id}/withdraw" => json!({ "reason": "改为分别评审" }),
        "/api/v1/bids/{id}/joint" => json!({ "agree": true }),
        _ => sample::body(method, path, world),
    }
}

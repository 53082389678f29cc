//! A shared topic as a page: the proposal, and the office's form.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use super::input::{ShareInput, SplitInput};
use super::{SplitState, actions, rules, store};
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{BidId, TopicId};
use crate::people;
use crate::session::Who;
use crate::web::{App, Empty, Form, Page, Values, see_other};
use crate::who::{Actor, Role};

fn split_page(
    c: &mut Conn,
    actor: &Actor,
    id: TopicId,
    now: Instant,
    typed: Option<(&Values, &FieldErrors)>,
) -> Result<Page> {
    let (round, topic) = actions::place(c, actor, id)?;
    let path = people::organization(c, round.committee_id)?.path;
    let office = actor.holds(Role::Office, &path);
    let split = actions::of_topic(c, id)?;
    let refusal = rules::in_time(round.state_at(now)).err();
    let (mut values, errors) = match typed {
        Some((values, errors)) => (values.clone(), errors.clone()),
        None => (Values::new(), FieldErrors::new()),
    };
    let kept = split.as_ref();
    let mut rows = Vec::new();
    for (n, choice) in store::choices(c, id)?.into_iter().enumerate() {
        if typed.is_none() {
            let share =
                kept.and_then(|(_, shares)| shares.iter().find(|one| one.bid_id == choice.bid_id));
            if let Some(share) = share {
                values.insert(format!("shares[{n}][scope]"), share.scope.clone());
                values.insert(
                    format!("shares[{n}][yuan]"),
                    crate::money::show_yuan(share.budget).replace(',', ""),
                );
            }
        }
        rows.push(json!({
            "n": n, "bid_id": choice.bid_id, "organization": choice.organization,
            "title": choice.title.unwrap_or_default(), "budget": choice.budget,
            "scope_name": format!("shares[{n}][scope]"), "yuan_name": format!("shares[{n}][yuan]"),
        }));
    }
    if typed.is_none()
        && let Some((split, _)) = kept
    {
        values.insert("reason".to_owned(), split.reason.clone());
    }
    let shares: Vec<_> = kept
        .map(|(_, shares)| shares.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|share| {
            json!({
                "bid_id": share.bid_id, "organization": share.organization, "title": share.title,
                "scope": share.scope, "budget": share.budget,
            })
        })
        .collect();
    let split = kept.map(|(split, _)| split);
    let standing = split.is_some_and(|split| split.state != SplitState::Withdrawn);
    let money = topic
        .budget_ceiling
        .map(|ceiling| ceiling.saturating_mul(topic.quota));
    Ok(Page::new("shares/show.html")
        .with("id", &id)
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("topic", &topic.title)
        .with("quota", &topic.quota)
        .with("money", &money)
        .with("failed", &topic.failed)
        .with("office", &office)
        .with("refusal", &refusal)
        .with("state", &split.map(|split| split.state.label()))
        .with(
            "adopted",
            &split.is_some_and(|split| split.state == SplitState::Adopted),
        )
        .with("standing", &standing)
        .with("reason", &split.map(|split| split.reason.clone()))
        .with(
            "proposed_at",
            &split.map(|split| show_instant(split.proposed_at)),
        )
        .with("shares", &shares)
        .with("rows", &rows)
        .with("values", &values)
        .with("errors", &errors)
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `GET /topics/{id}/split`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<TopicId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        split_page(c, actor, id, now, None)
    })
    .await
}

/// One line of the form; a line without work is no share.
#[derive(Debug, Clone, Default, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShareForm {
    bid_id: Option<BidId>,
    #[serde(default)]
    #[validate(length(max = 500))]
    scope: String,
    /// 元, with at most two decimals.
    #[serde(default)]
    #[validate(length(max = 20))]
    yuan: String,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SplitForm {
    #[validate(length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    #[validate(length(max = 1000), nested)]
    shares: Vec<ShareForm>,
}

/// `12.5` 元 as 1250 分.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim().replace([',', '，'], "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.len() > 2 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole >= 0)?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)
}

impl SplitForm {
    /// The shares, each with the line it was typed in.
    fn input(self) -> Result<(SplitInput, Vec<usize>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let (mut shares, mut lines) = (Vec::new(), Vec::new());
        for (n, line) in self.shares.into_iter().enumerate() {
            let (Some(bid_id), false) = (line.bid_id, line.scope.trim().is_empty()) else {
                continue;
            };
            match cents(&line.yuan) {
                Some(budget) => {
                    shares.push(ShareInput {
                        bid_id,
                        scope: line.scope,
                        budget,
                    });
                    lines.push(n);
                }
                None => {
                    errors.insert(
                        format!("shares[{n}][yuan]"),
                        vec!["请填写金额，如 12000 或 12000.50。".to_owned()],
                    );
                }
            }
        }
        if errors.is_empty() {
            Ok((
                SplitInput {
                    reason: self.reason,
                    shares,
                },
                lines,
            ))
        } else {
            Err(errors)
        }
    }
}

/// What the command says of its shares, at the lines they were typed in.
fn at_lines(errors: FieldErrors, lines: &[usize]) -> FieldErrors {
    errors
        .into_iter()
        .map(|(field, texts)| {
            let line = lines
                .iter()
                .enumerate()
                .find(|(nth, _)| field == format!("shares[{nth}][bid_id]"));
            match line {
                Some((_, line)) => (format!("shares[{line}][scope]"), texts),
                None => (field, texts),
            }
        })
        .collect()
}

/// `POST /topics/{id}/split`
pub async fn propose(
    app: Data<App>,
    req: HttpRequest,
    id: Path<TopicId>,
    form: Form<SplitForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Form { who, values, input } = form;
    let done = match input.and_then(SplitForm::input) {
        Ok((input, lines)) => {
            let done = app
                .command(&who, move |tx, actor| {
                    actions::propose(tx, actor, id, &input)
                })
                .await;
            if let Err(Error::Invalid(errors)) = done {
                Err(Error::Invalid(at_lines(errors, &lines)))
            } else {
                done
            }
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(see_other(
            format!("/topics/{id}/split"),
            "已提出，由党委在决定中标时采用或者不采用。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, who, move |c, actor, now| {
                actions::may_propose(c, actor, id)?;
                split_page(c, actor, id, now, Some((&values, &errors)))
            })
            .await
        }
        Err(other) => Err(other),
    }
}

/// `POST /topics/{id}/split/withdraw`
pub async fn withdraw(
    app: Data<App>,
    id: Path<TopicId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    form.input()?;
    app.command(&form.who, move |tx, actor| actions::withdraw(tx, actor, id))
        .await?;
    Ok(see_other(format!("/topics/{id}/split"), "已收回。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_exactly() {
        for (text, expected) in [
            ("12", Some(1200)),
            ("12.5", Some(1250)),
            ("1,200.05", Some(120_005)),
            ("0", Some(0)),
            ("12.505", None),
            ("-1", None),
            ("", None),
            ("十二", None),
        ] {
            assert_eq!(cents(text), expected, "{text}");
        }
    }
}

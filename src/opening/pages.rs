//! The opening ceremony's page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::Opening;
use super::input::OpeningInput;
use crate::bids;
use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::people;
use crate::rounds::{Round, actions};
use crate::sealing::{self, OpenerSeat};
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};
use crate::who::{Actor, Role};

/// `GET /rounds/{id}/opening`
pub async fn opening(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    opening_page(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

/// The minute (开标记录) of a round that was opened: what was published, to be printed and signed.
fn minute(c: &mut Conn, round: &Round, opening: &Opening) -> Result<Page> {
    Ok(Page::new("rounds/minute.html")
        .with("id", &round.id)
        .with("title", &round.title)
        .with(
            "committee",
            &people::organization(c, round.committee_id)?.name,
        )
        .with("opened_at", &show_instant(opening.opened_at))
        .with("minute", &opening.minute)
        .with("checked", &opening.checked)
        .with("broken", &opening.broken)
        .with("audit_head", &opening.audit_head))
}

#[derive(Serialize)]
struct OpenerRow {
    name: String,
    seat: &'static str,
    note: &'static str,
}

/// A row for each opener, the username filled in: only who is present types anything. In a round of old times
/// without a key a supervisor's row remains. Shown to the office alone.
fn openers(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    values: &mut Values,
) -> Result<Vec<OpenerRow>> {
    let path = actions::committee_path(c, round)?;
    if !actor.holds(Role::Office, &path) {
        return Ok(Vec::new());
    }
    let mut found = sealing::openers(c, round.id)?;
    if found.is_empty() {
        found.extend(
            people::holders(c, Role::Supervisor, &path)?
                .into_iter()
                .map(|user| sealing::OpenerShown {
                    user_id: user.id,
                    name: user.name,
                    username: user.username,
                    seat: OpenerSeat::Supervisor,
                    lost: false,
                }),
        );
    }
    Ok(found
        .into_iter()
        .enumerate()
        .map(|(index, opener)| {
            values
                .entry(format!("openers[{index}][username]"))
                .or_insert_with(|| opener.username.unwrap_or_default());
            OpenerRow {
                name: opener.name,
                seat: opener.seat.label(),
                note: if opener.lost {
                    "口令被重设过，份额已失效。"
                } else {
                    ""
                },
            }
        })
        .collect())
}

async fn opening_page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        if let Some(opening) = super::of_round(c, id)? {
            return minute(c, &round, &opening);
        }
        let refusal = super::may_open(c, actor, &round, now)
            .err()
            .map(|error| error.refusal());
        let mut values = values;
        let openers = openers(c, actor, &round, &mut values)?;
        let left = if openers.is_empty() {
            0
        } else {
            bids::not_sealed_again(c, id)?
        };
        Ok(Page::new("rounds/opening.html")
            .with("id", &id)
            .with("title", &round.title)
            .with("opening_at", &show_instant(round.opening_at))
            .with("bid_count", &round.bid_count)
            .with("openers", &openers)
            .with("threshold", &sealing::threshold(c, id)?.unwrap_or(1))
            .with("left", &left)
            .with("refusal", &refusal)
            .with("values", &values)
            .with("errors", &errors)
            .status(if errors.is_empty() { 200 } else { 422 }))
    })
    .await
}

/// `POST /rounds/{id}/opening`
pub async fn open(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<OpeningInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mut values = form.values.clone();
    values.retain(|name, _| !name.ends_with("[password]"));
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return opening_page(&app, &req, form.who, id, values, errors).await,
    };
    super::check_may_open(&app.db, &form.who, id).await?;
    let present = match actions::openers::unlock(&app, &input.openers, "openers").await {
        Ok(present) => present,
        Err(Error::Invalid(errors)) => {
            return opening_page(&app, &req, form.who, id, values, errors).await;
        }
        Err(other) => return Err(other),
    };
    app.command(&form.who, move |tx, actor| {
        super::open(
            tx,
            actor,
            id,
            &present,
            &input.attendance,
            input.abandon_reason.as_deref(),
        )
    })
    .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "已开标，摘要核对完毕，开标记录已上公示栏。",
    ))
}

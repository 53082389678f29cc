//! Sheets as the chair and the committee follow them, and one's own.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, SheetId, UserId};
use crate::scoring::actions::sheets;
use crate::scoring::scene::OwnSheet;
use crate::scoring::shown::SheetOwn;
use crate::scoring::shown::sheets::{SheetListed, SheetShown};
use crate::scoring::store::SheetFilter;
use crate::seats::Veil;
use crate::tables::Sheet;
use crate::verbs::Scene;
use crate::web::{Ask, Cursor, Listing, Reply, paging};
use crate::who::Actor;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SheetsQuery {
    pub reviewer_id: Option<UserId>,
    pub bid_id: Option<BidId>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl SheetsQuery {
    pub fn filter(&self) -> Result<SheetFilter> {
        Ok(SheetFilter {
            reviewer: self.reviewer_id,
            bid: self.bid_id.map(|bid| bid.0),
            after: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: self.limit.unwrap_or(paging::DEFAULT_LIMIT),
        })
    }
}

/// Who handed in what when, never what it says.
pub fn list(ask: &mut Ask, id: EvaluationId) -> Result<Listing<SheetListed>> {
    let filter = ask.query::<SheetsQuery>()?.filter()?;
    let (_, veil, lines) = sheets::list(ask.c, ask.actor, id, &filter)?;
    let listing = Listing::new(lines, filter.limit, |line| line.head.id.0);
    Ok(listing.map(|line| SheetListed::of(line, &veil)))
}

pub const SHEETS: Sheet<SheetListed> = Sheet {
    name: "评分表",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("申报书", |row| row.bid_title.as_str().into()),
        ("评委", |row| row.reviewer.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("提交时间", |row| row.submitted_at.into()),
        ("退回未交", |row| row.sent_back.into()),
        ("纸质表有异议", |row| row.disputed.into()),
        ("纸质录入", |row| {
            row.paper.as_ref().map(|paper| paper.entered_at).into()
        }),
    ],
};

/// A sheet as this person sees it.
pub fn reply(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<Reply> {
    let shown = SheetShown::of(&sheets::read(c, actor, id)?)?;
    Ok(Reply::ok(&shown)?.version(shown.version))
}

/// One's own on a bid; version 0 if it is not begun.
pub fn own(ask: &mut Ask, id: BidId) -> Result<Reply> {
    let on = OwnSheet::load(ask.c, ask.actor, &id)?;
    let paper = match &on.sheet {
        Some(sheet) => sheets::on_paper(ask.c, sheet.id)?,
        None => None,
    };
    let step = on.marking.evaluation.mark_step;
    let veil = Veil::of(ask.c, ask.actor, on.marking.bid.round_id)?;
    let sheet = on.sheet.as_ref();
    let shown = SheetOwn::of(id, step, &on.criteria, sheet, paper.as_ref(), &veil)?;
    Ok(Reply::ok(&shown)?.version(shown.version))
}

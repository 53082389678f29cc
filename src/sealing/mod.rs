//! Sealing (密封): what keeps a submitted bid unreadable until its opening, not by access alone but at rest.
//!
//! | key | made | who reads it |
//! |---|---|---|
//! | of a person | with their own password; before, and while it is one that somebody else set, there is none | its private half is locked by Argon2id of the password; for a session it is locked again by a secret only the session's token carries |
//! | of an organization | at a first draft or submission, or before somebody new comes to act for it; anew when one who holds it left | sealed to each who acted for it then; who comes later is let in by its secretary, or by one who holds it where no secretary does |
//! | of a round | at publication | split among its openers: so many of them, a supervisor always among them; each share sealed to its holder's key |
//! | of a bid | when it is begun | sealed to the organization; where who begins it has not the organization's key, under the server's secret, which lies outside the database |
//! | | a new one at each submission | sealed to the round and to the organization, to nobody else |
//! | of a ballot box | when its first codes are handed out | split as a round's is; the shares are gone once it was opened |
//! | of a file | at upload | under its bid's key, and moved along with it |
//!
//! So neither the database, a backup, the log nor an administrator yields a submitted bid. At the opening the round's
//! key is put together, each submitted bid's key opened with it and kept under the server's secret: no submission stays locked.
//!
//! Lost: a person's password set by an administrator ends their key and what was sealed to it (colleagues grant again; where
//! no colleague holds the organization's key, its drafts are lost, which is said where a reset is asked for); a lost
//! share is made anew by the remaining openers; a round whose openers cannot meet any more gets a new key, and each
//! organization seals its own copy to it again, held against the digest recorded at submission. The old shares are kept until
//! the opening, should they come together there after all.
//!
//! The cryptography is that of well-kept crates, see [`crate::crypto`]. Everything here takes `&mut Conn` or `&mut Tx`; this
//! room has no pages of its own.

mod assured;
mod ballots;
mod bid;
mod file;
mod organization;
mod round;
mod shares;
mod store;
mod user;

pub use ballots::{
    BoxKey, BoxSecret, box_fingerprint, box_key, box_openers, forget_box_key, make_box_key,
    open_box,
};
pub use bid::{
    BidSecret, begin_draft, earlier_keys, keep_rows, not_sealed_again, read_by_round, rows,
    seal_again, seal_for_round, secret_of, secret_to_write, secrets_of,
};
pub use file::{FileKey, Reader, Seeker, Writer, stored_length};
pub use organization::{Holder, found, grant, holders, locked};
pub use round::{
    RoundSecret, assure_round, fingerprint, forget_earlier, locks_of, make_round_key, no_round_key,
    openers, put_together, renew, share_again, threshold,
};
pub use shares::{Opener, OpenerShown, TooFew};
pub use store::{LetIn, current_holders as holding, let_in};
pub use user::{end_key, give_key, has_key, lock_again, own_key, unlock, with_keys};

crate::text_enum! {
    /// As what somebody opens.
    OpenerSeat {
        Office = "office" "党建部",
        Supervisor = "supervisor" "督导员",
        Chair = "chair" "评审委员会主任",
    }
}

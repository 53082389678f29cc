//! Sealing (密封): what keeps a submitted bid unreadable until its opening, by access and at rest.
//!
//! | key | made | its private half |
//! |---|---|---|
//! | of a person | with their password | locked by Argon2id of the password |
//! | of an organization | at its first submission | sealed to each of its people who draft and submit |
//! | of a round | at publication | split among its openers, each share sealed to its holder's key |
//! | of a bid | at each submission | sealed to the round and to the organization; before that, under the server's secret |
pub mod crypto;

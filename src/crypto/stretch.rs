//! Argon2 in memory that a thread keeps for the next time.
//!
//! Each run wants some 19 MB in one aligned piece. An allocator that gives and takes such pieces ends up holding several
//! of them per thread (glibc held 140 MB after ten logins), so every thread that stretches passwords keeps the one while
//! it is busy, and [`rest`] gives it back.

use std::cell::RefCell;

use argon2::{Argon2, Block};

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// More than the 32 MiB up to which glibc keeps what was freed for itself: a piece this large is the system's own and
/// goes back to it. What is never touched takes no memory.
const AT_LEAST: usize = 33 * 1024 * 1024 / Block::SIZE;

/// Fills `out` from a password and a salt.
pub fn stretch(argon: &Argon2, password: &[u8], salt: &[u8], out: &mut [u8]) -> argon2::Result<()> {
    MEMORY.with_borrow_mut(|memory| {
        if memory.capacity() < AT_LEAST {
            memory.reserve_exact(AT_LEAST);
        }
        memory.resize(argon.params().block_count(), Block::new());
        let done = argon.hash_password_into_with_memory(password, salt, out, &mut *memory);
        // Nothing of a password stays behind.
        memory.fill(Block::new());
        done
    })
}

/// Gives this thread's memory back to the system.
pub fn rest() {
    MEMORY.take();
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Algorithm, Params, Version};

    #[test]
    fn kept_memory_changes_nothing() {
        for (memory, passes) in [(64, 1), (256, 2), (32, 3), (256, 1)] {
            let params = Params::new(memory, passes, 1, Some(32)).unwrap();
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let (mut ours, mut theirs) = ([0; 32], [0; 32]);
            stretch(&argon, b"a password", b"salt of its own", &mut ours).unwrap();
            argon
                .hash_password_into(b"a password", b"salt of its own", &mut theirs)
                .unwrap();
            assert_eq!(ours, theirs, "{memory} KiB, {passes} passes");
            if passes == 3 {
                rest();
            }
        }
    }
}

//! Room on the disk for what people send. A reserve stays free, because the database writes to the same disk as a rule.

use crate::{ServiceError, ServiceResult};
use domain::{catalogue::content::files::FileRefusal, objects::ObjectError};
use std::{io, sync::Arc};
use tokio::task::spawn_blocking;

/// Where objects are kept, as far as that is a disk of this machine.
#[derive(Default)]
pub struct DiskRoom {
    /// In bytes.
    reserve: u64,
    /// Tells the free bytes. `None`: objects are kept elsewhere, and nobody knows how much room is there.
    free: Option<Arc<dyn Fn() -> io::Result<u64> + Send + Sync>>,
}

impl DiskRoom {
    /// `reserve`: bytes that stay free; `free` tells how many are. It may block.
    pub fn new(reserve: u64, free: impl Fn() -> io::Result<u64> + Send + Sync + 'static) -> Self {
        Self { reserve, free: Some(Arc::new(free)) }
    }

    /// Before so many bytes that somebody sent are stored. Some who send at the same moment may use up a little of the reserve.
    ///
    /// # Errors
    /// `Conflict` with the code of `AllRoom` if less than the reserve would be left; `Objects` if the disk cannot be asked.
    pub async fn ensure(&self, bytes: u64) -> ServiceResult<()> {
        let Some(free) = self.free.clone() else { return Ok(()) };
        let asked = spawn_blocking(move || free()).await.map_err(io::Error::other).flatten();
        let free = asked.map_err(|error| ObjectError(format!("the disk cannot be asked: {error}")))?;
        match free.checked_sub(bytes) {
            Some(left) if left >= self.reserve => Ok(()),
            _ => Err(ServiceError::Conflict(FileRefusal::AllRoom.code())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_reserve_of_a_disk_stays_free() {
        for (free, reserve, bytes, taken) in [
            (100, 40, 60, true),
            (100, 40, 61, false),
            (100, 40, 101, false),
            (39, 40, 0, false),
            (100, 0, 100, true),
            (100, 0, 101, false),
            (u64::MAX - 1, u64::MAX, 0, false),
        ] {
            let done = DiskRoom::new(reserve, move || Ok(free)).ensure(bytes).await;
            assert_eq!(done.is_ok(), taken, "{free} {reserve} {bytes}");
            assert!(matches!(done, Ok(()) | Err(ServiceError::Conflict("all_room"))), "{done:?}");
        }
        assert!(DiskRoom::default().ensure(u64::MAX).await.is_ok(), "elsewhere there is room");
        let broken = DiskRoom::new(0, || Err(io::ErrorKind::NotFound.into())).ensure(0).await;
        assert!(matches!(broken, Err(ServiceError::Objects(_))));
    }
}

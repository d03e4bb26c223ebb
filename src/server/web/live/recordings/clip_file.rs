//! A clip as one file: the segments that show it, behind a head of its own. The clock of the file begins with the first of them, so
//! the moment of each cluster is another one than in the recording; everything else is what was recorded.

use crate::recordings::head_from;
use domain::{
    id::{ClipId, StreamId},
    live::recording::{Picture, Recording, RecordingPart, Segment},
    objects::Objects,
    time::Span,
};
use media::{CLUSTER_LOOK, ClusterHead};
use service::{ServiceError, ServiceResult};
use std::sync::Arc;

pub struct ClipFile {
    pub id: ClipId,
    recording: Recording,
    head: Vec<u8>,
    segments: Vec<Segment>,
    /// Where its clock begins, in milliseconds of the recording.
    begins: Span,
    /// The cluster that was read from last.
    last: Option<ReadCluster>,
}

/// A cluster, or what cannot be read as one, in bytes of its segment.
#[derive(Clone)]
struct ReadCluster {
    segment: i64,
    from: i64,
    until: i64,
    head: Option<Arc<[u8]>>,
}

/// Where the clock of a clip's file begins, on that of its recording. `None` if nothing was published.
pub fn clock_of(segments: &[Segment]) -> Option<Span> {
    segments.first().map(|first| first.begins)
}

impl ClipFile {
    /// `None` if nothing was published.
    pub fn new(id: ClipId, recording: Recording, segments: Vec<Segment>) -> Option<Self> {
        let begins = clock_of(&segments)?;
        let head = head_from(&recording, begins, &segments);
        Some(Self { id, recording, head, segments, begins, last: None })
    }

    pub fn stream(&self) -> StreamId {
        self.recording.stream
    }

    pub fn picture(&self) -> Picture {
        self.recording.picture()
    }

    /// In bytes.
    pub fn size(&self) -> i64 {
        self.head.len() as i64 + self.segments.iter().map(|segment| segment.bytes).sum::<i64>()
    }

    /// Bytes of the file from there on, at most so many, and not beyond one cluster.
    pub async fn read(&mut self, objects: &dyn Objects, at: i64, most: i64) -> ServiceResult<Vec<u8>> {
        let (at, most) = (usize::try_from(at).unwrap_or(usize::MAX), most.max(0));
        if let Some(rest) = self.head.get(at..).filter(|rest| !rest.is_empty()) {
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            return Ok(rest[..rest.len().min(most)].to_vec());
        }
        let mut at = (at - self.head.len()) as i64;
        let holds = |segment: &&Segment| {
            let here = at < segment.bytes;
            at -= if here { 0 } else { segment.bytes };
            here
        };
        let segment = *self.segments.iter().find(holds).ok_or(ServiceError::NotFound)?;
        let object = self.recording.object(RecordingPart::Segment(segment.number));
        let cluster = self.cluster_at(objects, (&segment, &object), at).await?;
        let length = most.min(cluster.until - at);
        let mut bytes = objects.get_range(&object, at.unsigned_abs(), length.unsigned_abs()).await?;
        let into = usize::try_from(at - cluster.from).unwrap_or(usize::MAX);
        if let Some(head) = cluster.head.as_ref().and_then(|head| head.get(into..)) {
            let count = head.len().min(bytes.len());
            bytes[..count].copy_from_slice(&head[..count]);
        }
        Ok(bytes)
    }

    /// The cluster with this byte of its segment.
    async fn cluster_at(
        &mut self,
        objects: &dyn Objects,
        (segment, object): (&Segment, &str),
        at: i64,
    ) -> ServiceResult<ReadCluster> {
        let known = self.last.clone().filter(|last| last.segment == segment.number && last.from <= at);
        let mut next = 0;
        if let Some(last) = known {
            if at < last.until {
                return Ok(last);
            }
            next = last.until;
        }
        loop {
            let length = (segment.bytes - next).min(CLUSTER_LOOK as i64).unsigned_abs();
            let begin = objects.get_range(object, next.unsigned_abs(), length).await?;
            let head = ClusterHead::read(self.recording.codec, &begin);
            let size = head.as_ref().and_then(|head| i64::try_from(head.size).ok());
            let until = size.map_or(segment.bytes, |size| (next + size).min(segment.bytes));
            let head = head.map(|head| head.earlier(self.begins.0).into());
            let found = ReadCluster { segment: segment.number, from: next, until, head };
            self.last = Some(found.clone());
            if at < until {
                return Ok(found);
            }
            next = until;
        }
    }
}

//! An in-memory payment provider with the rules that matter: one session per key, and no key with other parameters.

use domain::{clock::BoxFuture, money::payments::*};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

#[derive(Default)]
pub struct MemPayments {
    keys: Mutex<HashMap<String, (PaymentRequest, String)>>,
    pub sessions: Mutex<HashMap<String, ProviderSession>>,
    /// The provider is unavailable.
    pub away: AtomicBool,
    /// It does what it is asked, but its answer is lost.
    pub mute: AtomicBool,
    pub asked: AtomicUsize,
}

impl MemPayments {
    pub fn opened(&self) -> usize {
        self.sessions.lock().unwrap().len()
    }
    pub fn pays(&self, session: &str) {
        self.sessions.lock().unwrap().get_mut(session).expect("a session").status = ProviderStatus::Paid;
    }
    fn answer(
        &self,
        answer: Result<ProviderSession, PaymentError>,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        let mute = self.mute.load(SeqCst);
        Box::pin(async move { if mute { std::future::pending().await } else { answer } })
    }
    fn create(&self, request: PaymentRequest) -> Result<ProviderSession, PaymentError> {
        self.asked.fetch_add(1, SeqCst);
        if self.away.load(SeqCst) {
            return Err(PaymentError::Away("500".into()));
        }
        let mut keys = self.keys.lock().unwrap();
        if let Some((before, session)) = keys.get(&request.idempotency_key) {
            if *before != request {
                return Err(PaymentError::Refused("the key was used with other parameters".into()));
            }
            return Ok(self.sessions.lock().unwrap()[session].clone());
        }
        let id = format!("cs_{}", keys.len() + 1);
        let session = ProviderSession {
            id: id.clone(),
            url: Some(format!("https://pay.example/{id}")),
            status: ProviderStatus::Open,
            amount: Some(request.amount),
            reference: Some(request.checkout.to_string()),
            intent: None,
            refunded: 0,
            dispute: None,
        };
        self.sessions.lock().unwrap().insert(id.clone(), session.clone());
        keys.insert(request.idempotency_key.clone(), (request, id));
        Ok(session)
    }
    fn end(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        self.asked.fetch_add(1, SeqCst);
        if self.away.load(SeqCst) {
            return Err(PaymentError::Away("500".into()));
        }
        let mut sessions = self.sessions.lock().unwrap();
        let session =
            sessions.get_mut(session).ok_or_else(|| PaymentError::Refused("no such session".into()))?;
        if session.status == ProviderStatus::Paid {
            return Err(PaymentError::Refused("it is complete".into()));
        }
        session.status = ProviderStatus::Expired;
        Ok(session.clone())
    }
}

impl Payments for MemPayments {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        let answer = self.create(request);
        self.answer(answer)
    }
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        self.asked.fetch_add(1, SeqCst);
        if self.away.load(SeqCst) {
            return self.answer(Err(PaymentError::Away("500".into())));
        }
        let found = self.sessions.lock().unwrap().get(&session).cloned();
        self.answer(found.ok_or_else(|| PaymentError::Refused("no such session".into())))
    }
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        let answer = self.end(&session);
        self.answer(answer)
    }
    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>> {
        Box::pin(async move { Ok(Some(object.id)) })
    }
    fn refund(&self, _: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(async { Err(PaymentError::Refused("actors give nothing back".into())) })
    }
    fn verify(&self, _: &str, _: &str) -> Result<WebhookEvent, WebhookRefusal> {
        Err(WebhookRefusal::Signature)
    }
}

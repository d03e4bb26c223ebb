//! An in-memory payment provider with the rules that matter: one session per key, and no key with other parameters.

use domain::{
    clock::BoxFuture,
    money::{
        buying::cards::{CardRefusal, CardUse},
        payments::*,
    },
};
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
    /// What the bank says to a saved card.
    pub refuses: Mutex<Option<CardRefusal>>,
    /// Times that a saved card was charged, or refused.
    pub charges: AtomicUsize,
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
        let charges = matches!(request.card, Some(CardUse::Charge { .. }));
        let has_page = !charges && !request.own_page;
        let id = format!("{}_{}", if has_page { "cs" } else { "pi" }, keys.len() + 1);
        let session = ProviderSession {
            id: id.clone(),
            url: has_page.then(|| format!("https://pay.example/{id}")),
            client_secret: request.own_page.then(|| format!("{id}_secret")),
            status: ProviderStatus::Open,
            amount: Some(request.amount),
            reference: Some(request.checkout.to_string()),
            intent: None,
            refunded: 0,
            dispute: None,
            movements: Vec::new(),
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
    /// Charges once.
    fn charge(
        &self,
        session: String,
        _: Option<String>,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        self.asked.fetch_add(1, SeqCst);
        let mut sessions = self.sessions.lock().unwrap();
        let found = sessions.get_mut(&session).expect("a session");
        if found.status == ProviderStatus::Open {
            self.charges.fetch_add(1, SeqCst);
            let refused = self.refuses.lock().unwrap().map(ProviderStatus::CardRefused);
            found.status = refused.unwrap_or(ProviderStatus::Paid);
        }
        let answer = found.clone();
        drop(sessions);
        self.answer(Ok(answer))
    }
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        let answer = self.end(&session);
        self.answer(answer)
    }
    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>> {
        Box::pin(async move { Ok(Some(object.id)) })
    }
    fn balance(&self) -> BoxFuture<'_, Result<Vec<ProviderBalance>, PaymentError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn refund(&self, _: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(async { Err(PaymentError::Refused("actors give nothing back".into())) })
    }
    fn awaited_answer(&self, _: String) -> BoxFuture<'_, Result<AwaitedAnswer, PaymentError>> {
        Box::pin(async { Ok(AwaitedAnswer::Nothing) })
    }
    fn answer_dispute(&self, _: EvidenceRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(async { Err(PaymentError::Refused("no such dispute".into())) })
    }
    fn verify(&self, _: &str, _: &str) -> Result<WebhookEvent, WebhookRefusal> {
        Err(WebhookRefusal::Signature)
    }
}

//! Stripe's billing: customers, prices, subscriptions, invoices and saved cards.

use super::{
    CHECKOUT, StripePayments,
    connect::moving,
    forms::CallError,
    payment_error,
    views::{self, Named},
};
use domain::{
    clock::BoxFuture,
    money::{
        billing::{
            Billing, CardCharge, CardFacts, CardPayment, CardRequest, ChangeCost, EventPage, EventQuery,
            InvoiceFacts, NewCustomer, NewPrice, PlanChange, SessionResult, SubscriptionFacts,
            SubscriptionRequest,
        },
        payments::{ObjectKind, PaymentError, ProviderObject, ProviderSession},
    },
};
use stripe::StripeError;
use stripe_client_core::{RequestBuilder, StripeMethod};

/// Stripe's longest page.
const PAGE: &str = "100";

impl StripePayments {
    async fn new_customer(&self, new: NewCustomer) -> Result<String, PaymentError> {
        let form = [("email", new.email), ("metadata[account]", new.account.to_string())];
        let customer: Named = self.once("/customers".into(), &form, &new.idempotency_key).await?;
        Ok(customer.id)
    }

    /// Empty values take away what was set. The shop sends the address only; the others are what the provider's pages may have asked.
    async fn forget_customer(&self, customer: String) -> Result<(), PaymentError> {
        let form = ["email", "name", "phone", "address", "shipping"].map(|name| (name, String::new()));
        self.set_customer(&customer, &form).await
    }

    async fn set_customer(
        &self,
        customer: &str,
        form: &[(&'static str, String)],
    ) -> Result<(), PaymentError> {
        match self.set::<Named>(format!("/customers/{customer}"), form).await {
            // Somebody has deleted it there.
            Err(PaymentError::Refused(why)) if why.starts_with("404 ") => Ok(()),
            told => told.map(drop),
        }
    }

    async fn new_price(&self, new: NewPrice) -> Result<String, PaymentError> {
        let form = [
            ("currency", new.amount.currency.code().to_owned()),
            ("unit_amount", new.amount.minor.to_string()),
            ("recurring[interval]", new.interval.code().to_owned()),
            ("product_data[name]", new.title),
            ("metadata[price]", new.price.to_string()),
        ];
        let price: Named = self.once("/prices".into(), &form, &new.idempotency_key).await?;
        Ok(price.id)
    }

    async fn fetch_subscription(&self, id: &str) -> Result<SubscriptionFacts, PaymentError> {
        let found: views::Subscription = self.get(format!("/subscriptions/{id}"), &[]).await?;
        found.facts()
    }

    async fn update(
        &self,
        subscription: &str,
        form: &[(&str, String)],
    ) -> Result<SubscriptionFacts, PaymentError> {
        let changed: views::Subscription = self.set(format!("/subscriptions/{subscription}"), form).await?;
        changed.facts()
    }

    async fn collect_again(
        &self,
        subscription: &str,
        at_once: bool,
        key: &str,
    ) -> Result<SubscriptionFacts, PaymentError> {
        let mut form = vec![("pause_collection", String::new())];
        if at_once {
            // What is left of a period that nobody has paid for is not given back.
            let more = [
                ("billing_cycle_anchor", "now"),
                ("proration_behavior", "none"),
                ("payment_behavior", "error_if_incomplete"),
            ];
            form.extend(more.map(|(name, value)| (name, value.to_owned())));
        }
        let path = format!("/subscriptions/{subscription}");
        let changed: Result<views::Subscription, _> = self.once(path, &form, key).await;
        changed.map_err(moving)?.facts()
    }

    pub(super) async fn fetch_invoice(&self, id: &str) -> Result<InvoiceFacts, PaymentError> {
        let expand = [("expand[0]", "payments".to_owned())];
        let found: views::Invoice = self.get(format!("/invoices/{id}"), &expand).await?;
        found.facts()
    }

    /// One that has ended cannot be ended again; its state is the answer then.
    async fn end(&self, id: &str) -> Result<SubscriptionFacts, PaymentError> {
        let call = RequestBuilder::new(StripeMethod::Delete, format!("/subscriptions/{id}"));
        let ended = call.customize::<views::Subscription>().send(&self.client).await;
        match ended.map_err(payment_error) {
            Ok(ended) => ended.facts(),
            Err(PaymentError::Refused(why)) => {
                let found = self.fetch_subscription(id).await?;
                if found.status.is_over() { Ok(found) } else { Err(PaymentError::Refused(why)) }
            }
            Err(away) => Err(away),
        }
    }

    async fn list_invoices(&self, subscription: String) -> Result<Vec<InvoiceFacts>, PaymentError> {
        let query = [
            ("subscription", subscription),
            ("limit", PAGE.to_owned()),
            ("expand[0]", "data.payments".to_owned()),
        ];
        let found: views::Invoices = self.get("/invoices".into(), &query).await?;
        found.data.into_iter().map(views::Invoice::facts).collect()
    }

    async fn prefer(&self, subscription: String, card: String) -> Result<SubscriptionFacts, PaymentError> {
        let changed = self.update(&subscription, &[("default_payment_method", card.clone())]).await?;
        let form = [("invoice_settings[default_payment_method]", card)];
        let _: Named = self.set(format!("/customers/{}", changed.customer), &form).await?;
        Ok(changed)
    }

    async fn cost(&self, change: PlanChange) -> Result<ChangeCost, PaymentError> {
        let form = [
            ("subscription", change.subscription),
            ("subscription_details[items][0][id]", change.item),
            ("subscription_details[items][0][price]", change.price),
            ("subscription_details[proration_behavior]", "always_invoice".to_owned()),
            ("subscription_details[proration_date]", seconds(change.date)),
        ];
        let preview: views::Invoice = self.set("/invoices/create_preview".into(), &form).await?;
        preview.cost()
    }

    /// All or nothing: a card that does not pay the difference leaves the subscription as it was.
    async fn change(&self, change: PlanChange, key: &str) -> Result<SubscriptionFacts, PaymentError> {
        let form = [
            ("items[0][id]", change.item),
            ("items[0][price]", change.price),
            ("proration_behavior", "always_invoice".to_owned()),
            ("proration_date", seconds(change.date)),
            ("payment_behavior", "error_if_incomplete".to_owned()),
        ];
        let path = format!("/subscriptions/{}", change.subscription);
        let changed: views::Subscription = self.once(path, &form, key).await?;
        changed.facts()
    }

    async fn collect(&self, invoice: &str, key: &str) -> Result<InvoiceFacts, PaymentError> {
        let form = [("off_session", "true".to_owned())];
        let paid: Result<Named, _> = self.once(format!("/invoices/{invoice}/pay"), &form, key).await;
        match paid {
            // What the bank said is in the invoice.
            Ok(_) | Err(CallError::Answer(StripeError::Stripe(_, 402))) => self.fetch_invoice(invoice).await,
            Err(error) => Err(moving(error)),
        }
    }

    async fn portal(&self, customer: String, return_url: String) -> Result<String, PaymentError> {
        let form = [("customer", customer), ("return_url", return_url)];
        let page: views::Address = self.set("/billing_portal/sessions".into(), &form).await?;
        Ok(page.url)
    }

    async fn charge_saved(&self, charge: CardCharge) -> Result<CardPayment, PaymentError> {
        let checkout = ["metadata[", CHECKOUT, "]"].concat();
        let mut form = vec![
            ("amount", charge.amount.minor.to_string()),
            ("currency", charge.amount.currency.code().to_owned()),
            ("customer", charge.customer),
            ("payment_method", charge.card),
            ("confirm", "true".to_owned()),
            (checkout.as_str(), charge.checkout.to_string()),
        ];
        form.push(match charge.return_url {
            Some(address) => ("return_url", address),
            None => ("off_session", "true".to_owned()),
        });
        let made = self.once("/payment_intents".into(), &form, &charge.idempotency_key).await;
        let refusal = match made {
            Ok(intent) => return Ok(views::Intent::payment(intent)),
            Err(refusal) => refusal,
        };
        // A card that was refused leaves a payment behind, which says why.
        let intent = match &refusal {
            CallError::Answer(StripeError::Stripe(error, 402)) => error.payment_intent.as_ref(),
            _ => None,
        };
        match intent.map(|intent| intent.id.to_string()) {
            Some(intent) => self.fetch_payment(&intent).await,
            None => Err(refusal.into()),
        }
    }

    async fn fetch_payment(&self, intent: &str) -> Result<CardPayment, PaymentError> {
        let found: views::Intent = self.get(format!("/payment_intents/{intent}"), &[]).await?;
        Ok(found.payment())
    }

    async fn list_events(&self, query: EventQuery) -> Result<EventPage, PaymentError> {
        let mut form = vec![("limit", PAGE.to_owned())];
        let forwards = matches!(query, EventQuery::After(_));
        match query {
            EventQuery::Newest { since, before } => {
                form.push(("created[gte]", seconds(since)));
                form.extend(before.map(|event| ("starting_after", event)));
            }
            EventQuery::After(event) => form.push(("ending_before", event)),
        }
        let found: views::Events = self.get("/events".into(), &form).await?;
        let events: Vec<_> = found.data.into_iter().map(views::Event::listed).collect();
        let end = if forwards { events.first() } else { events.last() };
        let next = end.filter(|_| found.has_more).map(|one| one.event.id.clone());
        Ok(EventPage { events, next })
    }
}

/// Whole seconds, rounded down.
fn seconds(at: domain::time::Millis) -> String {
    at.0.div_euclid(1000).to_string()
}

impl Billing for StripePayments {
    fn create_customer(&self, new: NewCustomer) -> BoxFuture<'_, Result<String, PaymentError>> {
        Box::pin(self.new_customer(new))
    }

    fn create_price(&self, new: NewPrice) -> BoxFuture<'_, Result<String, PaymentError>> {
        Box::pin(self.new_price(new))
    }

    fn open_subscription(
        &self,
        request: SubscriptionRequest,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(self.subscribe(request))
    }

    fn open_card_page(&self, request: CardRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(self.save_card(request))
    }

    fn session_result(&self, session: String) -> BoxFuture<'_, Result<SessionResult, PaymentError>> {
        Box::pin(self.result_of(session))
    }

    fn subscription(&self, id: String) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(async move { self.fetch_subscription(&id).await })
    }

    fn invoice(&self, id: String) -> BoxFuture<'_, Result<InvoiceFacts, PaymentError>> {
        Box::pin(async move { self.fetch_invoice(&id).await })
    }

    fn invoices_of(&self, subscription: String) -> BoxFuture<'_, Result<Vec<InvoiceFacts>, PaymentError>> {
        Box::pin(self.list_invoices(subscription))
    }

    fn remove_card(&self, id: String) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(self.detach(id))
    }

    fn card(&self, id: String) -> BoxFuture<'_, Result<CardFacts, PaymentError>> {
        Box::pin(async move {
            let found: views::Method = self.get(format!("/payment_methods/{id}"), &[]).await?;
            found.facts()
        })
    }

    fn use_card(
        &self,
        subscription: String,
        card: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(self.prefer(subscription, card))
    }

    fn set_ending(
        &self,
        subscription: String,
        ends: bool,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(
            async move { self.update(&subscription, &[("cancel_at_period_end", ends.to_string())]).await },
        )
    }

    fn pause_collection(
        &self,
        subscription: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(async move {
            self.update(&subscription, &[("pause_collection[behavior]", "void".to_owned())]).await
        })
    }

    fn resume_collection(
        &self,
        subscription: String,
        at_once: bool,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(async move { self.collect_again(&subscription, at_once, &idempotency_key).await })
    }

    fn end_subscription(
        &self,
        subscription: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(async move { self.end(&subscription).await })
    }

    fn payment_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>> {
        Box::pin(async move {
            if object.kind == ObjectKind::CheckoutSession {
                return Ok(None);
            }
            self.intent_of(&object).await
        })
    }

    fn preview_change(&self, change: PlanChange) -> BoxFuture<'_, Result<ChangeCost, PaymentError>> {
        Box::pin(self.cost(change))
    }

    fn change_plan(
        &self,
        change: PlanChange,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>> {
        Box::pin(async move { self.change(change, &idempotency_key).await })
    }

    fn pay_invoice(
        &self,
        invoice: String,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<InvoiceFacts, PaymentError>> {
        Box::pin(async move { self.collect(&invoice, &idempotency_key).await })
    }

    fn open_portal(
        &self,
        customer: String,
        return_url: String,
    ) -> BoxFuture<'_, Result<String, PaymentError>> {
        Box::pin(self.portal(customer, return_url))
    }

    fn charge_card(&self, charge: CardCharge) -> BoxFuture<'_, Result<CardPayment, PaymentError>> {
        Box::pin(self.charge_saved(charge))
    }

    fn card_payment(&self, intent: String) -> BoxFuture<'_, Result<CardPayment, PaymentError>> {
        Box::pin(async move { self.fetch_payment(&intent).await })
    }

    fn set_customer_address(
        &self,
        customer: String,
        email: String,
    ) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(async move { self.set_customer(&customer, &[("email", email)]).await })
    }

    fn erase_customer(&self, customer: String) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(self.forget_customer(customer))
    }

    fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<EventPage, PaymentError>> {
        Box::pin(self.list_events(query))
    }
}

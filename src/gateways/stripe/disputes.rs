//! Answers to disputes.

use super::StripePayments;
use domain::money::payments::{AwaitedAnswer, EvidenceRequest, PaymentError};
use stripe_shared::{Dispute, DisputeStatus};

impl StripePayments {
    pub(super) async fn awaited(&self, intent: String) -> Result<AwaitedAnswer, PaymentError> {
        let disputes = self.disputes_of(&intent).await?;
        let Some(dispute) = disputes.first() else { return Ok(AwaitedAnswer::Nothing) };
        Ok(match &dispute.status {
            _ if dispute.evidence_details.submission_count > 0 => AwaitedAnswer::Given,
            DisputeStatus::NeedsResponse | DisputeStatus::WarningNeedsResponse => {
                AwaitedAnswer::Awaited(dispute.id.to_string())
            }
            _ => AwaitedAnswer::Nothing,
        })
    }

    pub(super) async fn give_evidence(&self, request: EvidenceRequest) -> Result<(), PaymentError> {
        let path = format!("/disputes/{}", request.dispute);
        self.set::<Dispute>(path, &pairs(&request)).await.map(drop)
    }
}

/// The parameters of `POST /v1/disputes/{id}`. What is not known is left out.
fn pairs(request: &EvidenceRequest) -> Vec<(&'static str, String)> {
    let seconds = request.service_date.0.div_euclid(1000);
    let pairs = [
        ("evidence[access_activity_log]", request.activity.clone()),
        ("evidence[customer_email_address]", request.email.clone()),
        ("evidence[customer_name]", request.buyer.clone()),
        ("evidence[product_description]", request.product.clone()),
        ("evidence[service_date]", seconds.to_string()),
        ("submit", "true".to_owned()),
    ];
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Millis;

    #[test]
    fn what_is_not_known_is_left_out_and_it_is_sent_at_once() {
        let request = EvidenceRequest {
            dispute: "dp_1".into(),
            product: "Front Row, Maya".into(),
            buyer: "Kim".into(),
            email: String::new(),
            service_date: Millis(1_900_001_800_999),
            activity: "Watched".into(),
        };
        let pairs = pairs(&request);
        assert!(pairs.iter().all(|(name, _)| !name.contains("email")), "{pairs:?}");
        assert!(pairs.contains(&("evidence[service_date]", "1900001800".to_owned())), "{pairs:?}");
        assert_eq!(pairs.last(), Some(&("submit", "true".to_owned())));
    }
}

//! Mail about money that goes back.

use super::send;
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    money::back::{
        show_refunds::TellShowRefund,
        wishes::{SendRefundDeclined, SendRefundWish},
    },
};
use service::money::back::{
    show_refunds::told,
    wishes::{self, WishNews},
};
use views::money::{
    back::{
        show_refunds::{self as pages, CancelledNotice},
        wishes::{self as wished, WishMail},
    },
    orders,
};

impl RunJob for TellShowRefund {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(told) = told(&app.services, &self).await? else { return Ok(()) };
        let url = app.url(views::money::purchases::PATH);
        let notice = CancelledNotice {
            title: &told.show.title,
            space: &told.space.name,
            amounts: &told.amounts,
            url: &url,
        };
        send(app, id, &told.email, || pages::cancelled(&told.email, &notice)).await
    }
}

impl RunJob for SendRefundWish {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(news) = wishes::asked(&app.services, &self).await? else { return Ok(()) };
        let url = app.url(&orders::one_path(news.order.purchase.id));
        let about = about(&news, &news.wish.reason, &url);
        send(app, id, &news.email, || wished::asked_mail(&news.email, &about)).await
    }
}

impl RunJob for SendRefundDeclined {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(news) = wishes::declined(&app.services, &self).await? else { return Ok(()) };
        let url = app.url(&wished::path(news.order.purchase.id));
        let about = about(&news, &news.wish.words, &url);
        send(app, id, &news.email, || wished::declined_mail(&news.email, &about)).await
    }
}

fn about<'a>(news: &'a WishNews, words: &'a str, url: &'a str) -> WishMail<'a> {
    let order = &news.order;
    WishMail {
        pass: &order.purchase.title,
        space: &order.space_name,
        number: order.number,
        paid: order.purchase.amount,
        words,
        url,
    }
}

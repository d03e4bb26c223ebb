another-space-what = You own no space that is open. A new one is yours alone until you publish it; what you have closed stays as it is.
another-space-button = Make a new space
another-space-done = This is your new space. Name it, and publish it when it is ready.
another-space-one = You own a space already. Close it before you make another one.
another-space-many = You have closed very many spaces, so you cannot make another one. Write to us at /contact.

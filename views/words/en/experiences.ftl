experiences-kind = What it is
experiences-kind-stays = This cannot be changed later.
experiences-kind-unknown = Choose one of these.
experiences-kind-show = Live show
experiences-kind-show-purpose = Streams that take place one after another, each with a chat.
experiences-kind-posts = Posts
experiences-kind-posts-purpose = Texts with pictures that stay, the newest first.
experiences-kind-community = Community
experiences-kind-community-purpose = A chat that is always open, with its members.
experiences-added-show = The experience is added. Schedule its first stream.
experiences-added-posts = The experience is added. Write its first post.
experiences-added-community = The community is added. A pass that includes it lets people in.
experiences-posts = Posts
experiences-posts-none = Nothing is written yet. A post stays until you delete it, and opens with the passes of this experience.
experiences-posts-all = All posts, as readers see them
experiences-posts-empty = Nothing is published here yet. What comes next appears here by itself.
experiences-posts-end = There are no older posts.
experiences-posts-pages = Pages of posts
experiences-posts-newest = Newest posts
experiences-posts-older = Older posts
experiences-posts-inside = What is inside
experiences-posts-full = This experience holds as many posts as one can hold. Delete one first.
experiences-post-new = New post
experiences-post-write = Write a post
experiences-post-edit = Edit
experiences-post-edited = edited <when/>
experiences-post-draft = Draft
experiences-post-report = Report this post
experiences-post-see = See it as readers do
experiences-post-title = Title
experiences-post-body = Text
experiences-post-marks = An empty line begins a new paragraph. **bold**, *italic*, # begins a heading, lines that begin with - make a list, [words](https://…) a link.
experiences-post-picture = Add a picture
experiences-post-picture-hint = JPEG, PNG or WebP, up to 10 MB; at most { $most } in a post. It is shown as a whole, below the text, to those who may read the post.
experiences-post-alt = What the picture shows
experiences-post-alt-hint = For people who do not see it.
experiences-post-pictures = Pictures
experiences-post-pictures-full = The post has { $most } pictures, which is the most it can have. Remove one to add another.
experiences-post-picture-remove = Remove the picture
experiences-post-picture-removed = The picture is removed.
experiences-post-picture-there = The picture was not added: the post has it already, or has as many as it can have.
experiences-post-words-saved = The words are saved.
experiences-post-sending = Sending the picture
experiences-post-publish = Publish
experiences-post-save-draft = Save as a draft
experiences-post-save = Save
experiences-post-take-back = Take it back as a draft
experiences-post-published = The post is published.
experiences-post-draft-saved = The draft is saved. Only your team sees it.
experiences-post-deleted = The post is deleted.
experiences-post-delete-open = Delete the post…
experiences-post-delete-means = It disappears from all pages at once, with its pictures. This cannot be undone.
experiences-post-delete = Delete the post
experiences-post-overtaken = Somebody else saved this post while you wrote. Your words are below, and theirs beside them. Save again to replace theirs with yours.
experiences-post-theirs = What they saved
experiences-report-post = The post now
experiences-community-about = About the community
experiences-community-what = What it is about
experiences-community-manage = Manage
experiences-community-members = Here now
experiences-community-team = Team
experiences-community-you = (you)
experiences-community-nobody-listed = Nobody who is here is listed by name.
experiences-community-more =
    { $count ->
    [one] And { $shown } more, without a name.
   *[other] And { $shown } more, without their names.
}
experiences-report-a-post = Report a post
experiences-report-kind = Post
experiences-kept-posts =
    { $count ->
        [one] 1 post is in it
       *[other] { $count } posts are in it
    }
experiences-post-gone = This post is no longer here, so this page has stopped.
experiences-kind-files = Files
experiences-kind-files-purpose = Files to download, for people with a pass.
experiences-added-files = The experience is added. Upload its first file.

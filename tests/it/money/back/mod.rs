mod crowd;
mod evidence;
mod shows;
mod wishes;

#!/bin/sh
# Makes three films beside this script, each a picture and a sound of ten seconds: card and wheel are seamless loops in VP8, line
# is H264. Needs ffmpeg with libvpx, libx264, libopus and freetype, and the DejaVu fonts. Run it by hand after a change, and commit its output; with a
# name, only that film is made.
#
# The frame counter of the card (0 to 249) appears there as digits and as a row of squares that a test can read after
# compression. All squares are 28 px wide and high, with the upper edge at y = 312 and the left edge at x = 32 + 32 i:
#   i = 0       always white, what "1" looks like here
#   i = 1       always black, what "0" looks like here
#   i = 2..17   the counter in 16 bits, the most significant first; white is 1
set -eu
cd "$(dirname "$0")"
fonts=${FONTS:-/usr/share/fonts/truetype/dejavu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet="-hide_banner -loglevel error -y"

ink=0xf6ead8
amber=0xf2a33a
seconds=10
rate=25

# encode RATE MOST QUALITY OUTPUT: the options of a picture, in bits a second. A keyframe each second lets a viewer begin
# anywhere; nothing is looked up ahead, as a live encoder would not.
encode() {
	echo "-frames:v $((seconds * rate)) -c:v libvpx -b:v $1 -minrate $(($1 / 2)) -maxrate $2 -bufsize $1 -qmin 6 -qmax $3
		-g $rate -keyint_min $rate -auto-alt-ref 0 -lag-in-frames 0 -error-resilient 1 -deadline good -cpu-used 0
		-threads 1 -flags +bitexact -fflags +bitexact -f ivf $4"
}

# encode_as_encoder RATE OUTPUT: the same as encoders like OBS send it: H264 that every browser plays, with a keyframe each two
# seconds. A delimiter begins each frame; what the encoder says of itself is left out.
encode_as_encoder() {
	echo "-frames:v $((seconds * rate)) -c:v libx264 -profile:v baseline -level:v 3.1 -preset veryslow -tune zerolatency -b:v $1 -maxrate $1
		-bufsize $(($1 * 2)) -g $((rate * 2)) -keyint_min $((rate * 2)) -sc_threshold 0 -threads 1 -x264-params sliced-threads=0
		-bsf:v filter_units=remove_types=6,h264_metadata=aud=insert -flags +bitexact -fflags +bitexact -f h264 $2"
}

# sound SOURCE RATE OUTPUT: one packet per page, because some readers support only that.
sound() {
	ffmpeg $quiet -f lavfi -i "$1" -c:a libopus -b:a "$2" -frame_duration 20 -page_duration 20000 \
		-application audio -flags +bitexact -fflags +bitexact -f ogg "$3"
}

card() {
	# The dial: st(0) is the distance from its centre, st(1) the angle, where a full turn is ten.
	polar='st(0,hypot(X-168,Y-152));st(1,mod(atan2(X-168,152-Y)/(2*PI)*10+10,10))'
	ring='clip(2-abs(ld(0)-116),0,1)+0.35*clip(1.5-abs(ld(0)-70),0,1)+0.2*clip(1.5-abs(ld(0)-24),0,1)'
	long='between(ld(0),96,110)*clip(3-abs(ld(1)-round(ld(1)))*0.6283*ld(0),0,1)'
	short='0.6*between(ld(0),103,110)*clip(1.2-abs(ld(1)*5-round(ld(1)*5))*0.1257*ld(0),0,1)'
	glow='exp(-pow(hypot(X-168,Y-152)/210,2))'

	# The static part: a spotlight on dark wood, the dial, the text, the bars.
	bars=""
	x=336
	for colour in 0xf4efe6 0xe8c547 0x58b5b0 0x6aa84f 0xb565a7 0xc8453b 0x3f5fa8 0x2a221c; do
		bars="$bars,drawbox=x=$x:y=204:w=34:h=44:t=fill:c=$colour"
		x=$((x + 34))
	done
	ffmpeg $quiet \
		-f lavfi -i "color=c=black:s=640x360,format=gbrp,geq=r='22+86*$glow':g='16+52*$glow':b='13+24*$glow'" \
		-f lavfi -i "color=c=$amber:s=640x360,format=gbrp" \
		-f lavfi -i "color=c=black:s=640x360,format=gray,geq=lum='$polar;255*clip($ring+$long+$short,0,1)'" \
		-filter_complex "[1][2]alphamerge[dial];[0][dial]overlay=format=gbrp,drawbox=x=0:y=300:w=640:h=52:t=fill:c=0x4a382a,
			drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text='BACKSTAGE PASS':x=336:y=64:fontsize=27:fontcolor=$ink,
			drawtext=fontfile=$fonts/DejaVuSans.ttf:text='test card':x=336:y=100:fontsize=26:fontcolor=$amber$bars" \
		-frames:v 1 "$work/still.png"

	# The hand points up and is rotated around its centre.
	ffmpeg $quiet \
		-f lavfi -i "color=c=$ink:s=240x240,format=gbrp" \
		-f lavfi -i "color=c=black:s=240x240,format=gray,geq=lum='255*clip(max(
			between(Y,22,146)*(1.2+(Y-22)/40-abs(X-119.5)),6.5-hypot(X-119.5,Y-119.5)),0,1)'" \
		-filter_complex "[0][1]alphamerge" -frames:v 1 "$work/hand.png"

	# The moving part. "n" is the number of the frame.
	squares="drawbox=x=32:y=312:w=28:h=28:t=fill:c=white,drawbox=x=64:y=312:w=28:h=28:t=fill:c=black"
	place=15
	while [ $place -ge 0 ]; do
		at="x=$((96 + 32 * (15 - place))):y=312:w=28:h=28:t=fill"
		squares="$squares,drawbox=$at:c=black,drawbox=$at:c=white:enable='mod(floor(n/$((1 << place))),2)'"
		place=$((place - 1))
	done
	ffmpeg $quiet -loop 1 -framerate $rate -i "$work/still.png" -loop 1 -framerate $rate -i "$work/hand.png" \
		-filter_complex "[1]rotate=a='2*PI*t/$seconds':c=none[hand];[0][hand]overlay=x=48:y=32:format=gbrp,
			drawtext=fontfile=$fonts/DejaVuSansMono-Bold.ttf:text='%{eif\:n\:d\:4}':x=336:y=142:fontsize=44:fontcolor=$ink,
			drawtext=fontfile=$fonts/DejaVuSans.ttf:text='frame':x=462:y=166:fontsize=18:fontcolor=$amber,
			$squares,format=yuv420p" \
		$(encode 400000 500000 44 card.ivf)

	# A soft chime each second over a quiet noise. Everything is silent at each full second, so that nothing clicks.
	chime='0.07*sin(2*PI*660*t)*min(mod(t,1)*80,1)*exp(-9*mod(t,1))+0.012*sin(2*PI*165*t)*pow(sin(PI*t),2)'
	sound "aevalsrc='$chime':s=48000:d=9.98" 24k card.ogg
}

# A bowl on a potter's wheel, seen from the side. The wheel turns once in two seconds, so ten seconds are a loop.
wheel() {
	# The bowl in a picture of its own, 300 px wide: st(0) is its half width at this height, which grows and shrinks a
	# little in ten seconds, st(1) the place between its edges from -1 to 1, st(2) the angle of that place.
	local width='st(0,(44+88*pow(clip((166-Y)/130,0,1),0.62))*(1+0.035*sin(2*PI*T/10)))'
	local place='st(1,(X-150)/max(ld(0),1));st(2,asin(clip(ld(1),-0.999,0.999)))'
	local turn='2*PI*T/2'
	# Grooves of the fingers, light from the left, and a dry spot that comes by with each turn.
	local light='0.62+0.38*cos(ld(2)+0.6)+0.05*sin(Y*0.55+ld(2)*2)+0.05*sin(3*ld(2)-3*'"$turn"')'
	local spot='0.3*exp(-pow(hypot((ld(1)-sin('"$turn"'))*ld(0),Y-96)/13,2))*gt(cos('"$turn"'),0)'
	# The opening, an ellipse at the upper edge, is in shadow.
	local inside='lt(hypot((X-150)/(132*(1+0.035*sin(2*PI*T/10))),(Y-36)/20),1)'
	local rim='lt(hypot((X-150)/(132*(1+0.035*sin(2*PI*T/10))),(Y-36)/20),1.06)'
	local body='lt(abs(ld(1)),1)*between(Y,36,166)'
	local shade="if($inside,0.34-0.1*(Y-36)/20,if($rim,1.02,($light+$spot)))"
	local clay="$width;$place;"

	ffmpeg $quiet \
		-f lavfi -i "color=c=black:s=640x360,format=gbrp,geq=
			r='38+64*exp(-pow(hypot(X-150,Y-70)/260,2))':g='60+70*exp(-pow(hypot(X-150,Y-70)/260,2))':b='66+60*exp(-pow(hypot(X-150,Y-70)/260,2))'" \
		-vf "drawbox=x=40:y=36:w=150:h=120:t=fill:c=0xcfe3e0,drawbox=x=112:y=36:w=6:h=120:t=fill:c=0x2f4a4d,
			drawbox=x=40:y=92:w=150:h=6:t=fill:c=0x2f4a4d,drawbox=x=0:y=296:w=640:h=64:t=fill:c=0x23302f,
			drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text='SLOW CLAY':x=440:y=44:fontsize=25:fontcolor=$ink,
			drawtext=fontfile=$fonts/DejaVuSans.ttf:text='wheel hours':x=440:y=76:fontsize=21:fontcolor=0xe0a07a" \
		-frames:v 1 "$work/room.png"
	ffmpeg $quiet -loop 1 -framerate $rate -i "$work/room.png" \
		-f lavfi -i "color=c=black:s=300x200:r=$rate,format=gbrp,geq=
			r='clip(214*($clay$shade),0,255)':g='clip(128*($clay$shade),0,255)':b='clip(92*($clay$shade),0,255)'" \
		-f lavfi -i "color=c=black:s=300x200:r=$rate,format=gray,geq=lum='255*($clay max($body,$rim))'" \
		-f lavfi -i "color=c=black:s=360x60:r=$rate,format=gray,geq=lum='
			st(0,hypot((X-180)/176,(Y-30)/28));clip(110+46*sin(3*atan2((Y-30)*6.2,X-180)-3*$turn)*between(ld(0),0.3,0.96),0,255)'" \
		-f lavfi -i "color=c=black:s=360x60:r=$rate,format=gray,geq=lum='255*lt(hypot((X-180)/176,(Y-30)/28),1)'" \
		-filter_complex "[1][2]alphamerge[bowl];[3]format=gbrp[top];[top][4]alphamerge[plate];
			[0][plate]overlay=x=140:y=262:format=gbrp[room];[room][bowl]overlay=x=170:y=118:format=gbrp,format=yuv420p" \
		$(encode 130000 180000 52 wheel.ivf)

	# The low hum of the wheel, and now and then a wet hand. Silent at each full second, like the card.
	local hum='(0.03*sin(2*PI*92*t)+0.012*sin(2*PI*184*t)+0.01*sin(2*PI*311*t)*pow(sin(2*PI*t),2))*pow(abs(sin(PI*t)),0.5)'
	sound "aevalsrc='$hum':s=48000:d=9.98" 14k wheel.ogg
}

# A sheet of paper on which a pen draws one line in eight seconds; then it is looked at, and the next sheet comes.
line() {
	local turn='2*PI*min(t,8)/8'
	local x="252+92*cos(3*$turn)+52*cos(8*$turn)"
	local y="184+92*sin(3*$turn)-52*sin(8*$turn)"
	ffmpeg $quiet -f lavfi -i "color=c=0xf4ecdc:s=640x360,format=gbrp" \
		-vf "drawbox=x=0:y=0:w=640:h=360:t=18:c=0x3b4a57,drawbox=x=18:y=18:w=604:h=324:t=2:c=0xd9cdb6,
			drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text='ONE LINE':x=452:y=48:fontsize=25:fontcolor=0x26323c,
			drawtext=fontfile=$fonts/DejaVuSans.ttf:text='ten minutes':x=452:y=80:fontsize=21:fontcolor=0xa8552f" \
		-frames:v 1 "$work/sheet.png"
	local dot='format=gray,geq=lum=255*clip(2.6-hypot(X-3\,Y-3)\,0\,1)'
	ffmpeg $quiet -f lavfi -i "color=c=black:s=7x7,$dot" -frames:v 1 "$work/dot.png"
	# The line is what the point of the pen has touched: it is moved in steps that are smaller than it is.
	ffmpeg $quiet -f lavfi -i "color=c=black:s=640x360:r=$((rate * 10)):d=$seconds,format=gray" -i "$work/dot.png" \
		-filter_complex "[0][1]overlay=x='$x-3':y='$y-3':format=yuv420,format=gray,lagfun=decay=1,fps=$rate" \
		-c:v ffv1 "$work/touched.mkv"
	ffmpeg $quiet -i "$work/touched.mkv" -i "$work/sheet.png" -f lavfi -i "color=c=0x26323c:s=640x360:r=$rate:d=$seconds,format=gbrp" \
		-f lavfi -i "color=c=0xa8552f:s=11x11:r=$rate:d=$seconds,format=gbrp" \
		-filter_complex "[2][0]alphamerge[ink];[ink]format=gbrap[line];[3]null[pen];[1]loop=-1:1,fps=$rate,trim=duration=$seconds[sheet];
			[sheet][line]overlay=format=gbrp[drawn];[drawn][pen]overlay=x='$x-5':y='$y-5':format=gbrp,format=yuv420p" \
		$(encode_as_encoder 90000 line.h264)

	# The pen on the paper. Silent at each full second, like the card.
	local stroke='0.05*(random(0)-0.5)*pow(abs(sin(PI*t)),0.5)*(0.6+0.4*sin(2*PI*2*t))*lt(t,8)'
	sound "aevalsrc='$stroke':s=48000:d=9.98" 14k line.ogg
}

for clip in ${*:-card wheel line}; do "$clip"; done

#!/bin/sh
# Makes card.ivf and card.ogg beside this script: a seamless ten-second loop. Needs ffmpeg with libvpx, libopus and
# freetype, and the DejaVu fonts. Run it by hand after a change, and commit its output.
#
# The frame counter (0 to 249) appears on the card as digits and as a row of squares that a test can read after
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
	-frames:v $((seconds * rate)) -c:v libvpx -b:v 400k -minrate 200k -maxrate 500k -bufsize 400k -qmin 6 -qmax 44 \
	-g $rate -keyint_min $rate -auto-alt-ref 0 -lag-in-frames 0 -error-resilient 1 -deadline good -cpu-used 0 \
	-threads 1 -flags +bitexact -fflags +bitexact -f ivf card.ivf

# A soft chime each second over a quiet noise. Everything is silent at each full second, so that nothing clicks. One
# packet per page, because some readers support only that.
sound='0.07*sin(2*PI*660*t)*min(mod(t,1)*80,1)*exp(-9*mod(t,1))+0.012*sin(2*PI*165*t)*pow(sin(PI*t),2)'
ffmpeg $quiet -f lavfi -i "aevalsrc='$sound':s=48000:d=9.98" -c:a libopus -b:a 24k -frame_duration 20 -page_duration 20000 \
	-application audio -flags +bitexact -fflags +bitexact -f ogg card.ogg

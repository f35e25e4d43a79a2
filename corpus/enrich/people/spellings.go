package people

import (
	"strings"
	"sync"
)

// arabic are names of Arabic, Persian and Pashto that romanisation writes in many
// ways, one name a line. It begins with the spelling that stands for all; a long
// one goes on in a line that begins so again. Names that only resemble each
// other, such as Hasan and Husayn, Hamid and Hamad, are kept apart. They were
// collected for this project from common knowledge of the languages.
const arabic = `
hamed
salem
mohammed muhammad mohammad mohamed mohamad muhammed muhamed muhamad mohamet mahomed mouhamed
mohammed mouhammad mohd mohammod
ahmed ahmad ahmet achmed akhmed ahmd akhmad
mahmoud mohamud mahmud mahmood makhmud mehmood mahmoad
hamid hameed hamied khamid hamide
hamad hamd
hassan hasan hassane hasen khasan hassen hacen
hussein hussain husayn husain hossein hosein husein hussayn houssein hoseyn hossain husseyn hussien
hussein hocine hoceine houcine hussin huseyin khusein
hassanein hassanain
ali aly
omar umar omer oumar umer
osama usama ussama oussama ousama osamah usamah
othman uthman osman usman ousmane othmane outhman ossman
khaled khalid khalet haled
khalil khaleel halil
saleh salih
salah salaah
salim saleem
salman salmaan
suleiman sulaiman sulayman suleyman soleiman solaiman soleyman souleymane sulaymaan slimane sleiman
suleiman suliman sulieman
soleimani sulaimani sulaymani suleimani suleymani solaimani soleymani slimani
saeed said saiid saaid sayeed saied
sayyid sayed sayyed syed seyed seyyed sayid seyyid
saad sad
saud saoud
faisal faysal feisal faissal fayssal faycal
fahd fahad
youssef yusuf yousef yusef yousuf yousof youssouf yussuf yousif yusif yosef yusuff youcef
yasser yasir yaser yassir yasar
yassin yasin yaseen yassine yaseein
yahya yehia yahia yehya yahyaa
younis yunus younes yunis younus yonis yunes younous
ibrahim ebrahim ibraheem brahim ibrahem ebraheem
ismail ismael esmail ismaeel esmaeil ismayil esmaeel ismaiel
ishaq ishak eshaq isaaq
ayman aiman aymen eiman
anwar anwer anouar
adel adil
ayoub ayub ayyoub ayyub ayoob
aziz azeez
amin ameen amine
amir ameer emir
amer aamer
ammar amar
awad awadh
bashar bashshar
bashir basheer bechir bachir
bakr bakir bekr
badr bader
dawood daoud dawud daud dawoud daood davood davoud
fadi fady
fadl fadel fazl fadhel fadhl fazel
farid fareed
farouk faruq faruk farooq farouq farook farooque
fatima fatma fatemeh fatimah fatemah fateme fatmeh
fayez faiz fayiz faez faaiz fayyez
fouad fuad foad fuaad foued
fattah fatah
ghassan gassan
habib habeeb
hadi hady
hafez hafiz hafidh hafedh hafeez
haitham haytham haithem haythem hatham
hakim hakeem
hamza hamzah hamzeh hamze
hamdan hamdaan
hani hany
haniyeh haniya haniyah haniyya haniyyeh haniye hanieh
hariri alhariri
haroun harun haroon haroune
hashem hashim hachem hashimi
hashemi hachemi
haidar haider hayder haydar heidar heydar haydr hyder
hisham hesham hicham hishaam
elias ilyas ilias eliyas
iman eman
issa isa eissa essa aissa
izz ezz
jaafar jafar jaffar jafer djafar jaffer gaafar
jabbar jabar
jalal jelal galal djalal
jamal gamal jamaal djamal cemal jemal
jamil jameel djamil gamil
jassim jasim jasem
jihad gihad djihad
jaber jabir gaber djaber
kamal kemal kamaal
kamil kameel
karim kareem kerim
qassem kassem qasem qasim qassim kasim kassim qaasim ghasem ghassem
kadhim kazem kazim kadhem kadim kadhum kathem
khalifa khalifah khalifeh khaleefa
khamenei khameneyi khamanei khamenai
khomeini khomeiny khumayni khomeyni
latif lateef
leila laila layla leyla leilah laylah
maher mahir
mahdi mehdi mahdy mehdy
majid majeed medjid
majed maged
malik malek
mansour mansur mansoor
marwan marouan merwan marouane marwane
maryam mariam meryem maryem
masoud masud masood massoud massud mesud
mounir munir moneer muneer monir
murad mourad morad
moussa musa mousa mussa moosa musaa
mustafa mostafa mustapha moustafa mostapha moustapha mustafaa
muammar moammar muamar moamar mouammar muammer moamer
gaddafi qadhafi qaddafi gadhafi kadafi kaddafi khadafy gadafi qadafi kadhafi qathafi ghaddafi
gaddafi khadaffi kadhaffi gheddafi kazafi qadhdhafi gathafi khadafi gadaffi qadaffi kaddafy
muqtada moqtada muktada moktada
mubarak mobarak moubarak mubarek
nabil nabeel
nader nadir
naim naeem naeim
naji nagi nadji
najib nagib najeeb naguib nadjib negib
nasser nasir naser nassir nacer
nasrallah nasrullah nasrollah nasralla nasralah
nawaf nawwaf nauwaf
nizar nezar
nur noor nour nuur
nouri nuri noori noury nury
imran emran
omran oumran umran
qais qays kais kays qaies
qusay qusai kusay qusayy qoussai koussay
uday udai oday odai oudai udayy
rabi rabie rabee
rafiq rafik rafic rafeeq
rahim raheem
rahman rehman rahmane rakhman rahmaan
ramadan ramadhan ramazan ramzan
ramzi ramzy
rashad rashaad rachad
rashid rasheed rachid racheed
rashed rached
riad riyad riyadh riadh riyaz ryad
rouhani ruhani rowhani rohani
raisi raeisi raissi raeesi raisy
sadiq sadeq sadegh sadik sadek sadig
siddiq saddiq seddik siddique siddik
saddam sadam
sadr sadre
saif seif sayf saef seyf
salam salaam
sami samy
samir sameer
sharif sherif cherif shareef charif
shukri shoukri choukri shukry
sinwar sinouar sinwaar
sisi sissi
tahir taher tahar
talib taleb
talal tallal
tamim tameem
tariq tarek tarik tarique tareq
tawfiq tawfik taufik tewfik toufic tawfeeq toufik taoufik
wahid waheed
walid waleed oualid
wasim waseem
yaqub yaqoub yacoub yakoub yaqoob yacub yakub yaghoub
zaid zayd zeid zeyd
zayed zaied zayid
zain zayn zein zeyn
zakaria zakariya zakariyya zakarya zakariyah
zaki zaky
zarif zareef
zawahiri zawahri dhawahiri zawahiry
baghdadi bagdadi baghdady
assad asad
haddad hadad
houthi huthi houthy huthy
deif dayf dhaif daif
mashal meshaal mashaal meshal mishal mishaal machaal mechaal
nusra nusrah
arouri aruri aroori
berri birri
jumblatt joumblatt junblat jumblat
mikati miqati
aoun awn aun
hezbollah hizbullah
qaeda qaida
sharaa sharra shara charaa
jolani julani golani joulani jawlani golany
haftar hifter heftar hiftar
sarraj serraj sarrag
dbeibah dbeiba dbaibah dabaiba dbeibeh
burhan burhaan
hemedti hemeti hemetti himidti
bashagha bachagha
ghannouchi ghannushi gannouchi ghanoushi ghannoushi
bouteflika buteflika
tebboune teboun tebboun
abdullah abdallah abdulla abdalla abdellah abdollah abdulah abdilla
abdullahi abdallahi abdollahi
abbas abas abbass
abu abou
umm um oum
barghouti barghouthi barghuthi bargouti
dahlan dahlaan
erekat erakat ureikat erikat
hanan hanane
ashrawi achrawi
shtayyeh shtayeh ishtayyeh shtaye shtayya
fayyad fayad
qurei qureia quraya korei
ahmadinejad ahmedinejad ahmadinezhad ahmadinijad
mousavi musavi moussavi mosavi mussavi
rafsanjani rafsandjani
larijani laridjani
zahedi zahidi
pezeshkian pezeshkiyan
araghchi araqchi araghtchi
amirabdollahian amirabdullahian
karzai karzay qarzai
ghani gani
mullah molla mollah mulla
haqqani haqani hakkani
hekmatyar hikmatyar hekmatiar
dostum dostom dustum
masih maseeh
reza riza redha ridha
mojtaba mujtaba mojtabah
morteza murtaza mortaza murtadha murtada
mohsen muhsin mohsin muhsen mohcine
javad jawad gawad djavad
khosrow khosro khusrau khosrau
parviz parwez pervez parvez parvaiz pervaiz
nawaz navaz
shahbaz shehbaz
zulfiqar zulfikar zulfiqer
asif asef
ashraf achraf
akhundzada akhundzadeh akhunzada akhondzada
habibullah habibollah habiballah
hibatullah haibatullah hebatullah
zabihullah zabihollah zabiullah
obaid ubaid ubayd obeid ubeid
obaidi ubaidi ubaydi obeidi obaydi
obaidullah ubaidullah ubaydullah ubaydallah obeidallah obeidullah
zubair zubayr zubeir zobair zoubeir
zubaidi zubaydi zubeidi
khudair khudayr khodair khdair
suhail suheil sohail suhayl souheil
shuaib shoaib chouaib shuayb
junaid jounaid junayd juneid
qadir kader qader kadir ghader qadeer gadir
qahtani kahtani qahtany qahtaani
qaradawi karadawi qardawi
qureshi quraishi qurayshi quraishy qoreshi koraichi
rajab ragab rajeb redjeb
rasul rasool rassoul rasoul
razzaq razak razzak razaq razeq rezaq rezzak
sabri sabry
samad samed
sattar satar
shahin shaheen chahine
shaker shakir chaker
shami shamy chami
sheikh shaykh sheik shaikh cheikh
tabatabai tabatabaei
tantawi tantawy
wahhab wahab ouahab
zuhair zuhayr zoheir zuheir zouheir
zahra zohra zahraa
aisha aicha ayesha aysha aishah ayisha
khadija khadijah khadidja khadeeja khadeja khadijeh
zainab zaynab zeinab zeynab zainap zeineb
amina aminah ameena
nadia nadiya
samira sameera
jamila jameela djamila gamila
karima kareema
rania raniya
soad suad souad
abdo abdou abdu
bin ibn
kabir kabeer
qassemi kassemi
nasiri nasseri naseri
tahiri taheri
mansouri mansuri mansoori
masri masry misri
najjar nadjar naggar
khatib khateeb hatib
hajj haj hadj hage
fakhri fakhry
fathi fathy
lutfi loutfi lotfi
hosni husni hosny husny
sabah sabbah
tlass tlas
makhlouf makhluf
moallem muallem mouallem muallim moualem
mikdad mekdad miqdad meqdad
bouthaina buthaina bouthayna buthayna
shaaban shaban chaaban
akbar akber akbr
imad emad
ihab ehab
ihsan ehsan
hossam hussam husam houssam hosam
mazen mazin
fares faris
anas anass
bassem basem basim bassim
bilal belal
diab dhiab
fawzi fawzy fauzi fouzi fawzie
ghaleb ghalib
hatem hatim
khaldoun khaldun
luay louay loay
mamdouh mamduh
moataz mutaz moutaz muataz
muhannad mohannad mouhannad
munther monther mundhir mondher
moaz muath muadh mouaz moath mouadh
nasim naseem nassim
nidal nedal nidhal
qahtan kahtan
raed raid
rafat raafat rafaat
rami ramy
saber sabir
saqr sakr saqer
shadi shady chadi
shihab shehab chihab
sufyan sufian sofiane sofyan soufiane
suhaib sohaib souhaib
tamer tamir
thaer thair
turki turky
wael wail
wissam wisam wesam
yazid yazeed
ziad ziyad zeyad
tayyeb tayeb tayib taieb
zaher zahir
jibril gibril jebril djibril jibreel
essam isam issam esam
raouf rauf raoof
fikri fikry
majdi magdi magdy
jumaa gomaa
`

// others are such names of Russian, Ukrainian, Hebrew and Turkish.
const others = `
volodymyr volodimir volodymir volodimyr
vladimir wladimir
zelensky zelenskyy zelenskiy zelenski zelenskyi zelenskij zelenskii selenskyj
sergei sergey serguei sergej
serhiy serhii sergiy serhij
yuri yury yuriy yurii juri iouri iuri yuriyy
dmitry dmitri dmitriy dmitrii dimitri dimitry dmitrij dimitriy
mikhail michail mihail mikhael mikhayl
mykhailo mykhaylo
nikolai nikolay nikolaj nicolai
nikita mikita
yevgeny evgeny yevgeni evgeni evgenii yevgeniy evgeniy jewgeni evgueni yevgenii
yevhen evhen yevgen evgen
alexei aleksei alexey aleksey alexej aleksej
alexander aleksander aleksandr alexandr alexsander
oleksandr olexandr oleksander
oleksiy oleksii olexiy olexii
andrei andrey andrej
andriy andrii andrij
anatoly anatoli anatoliy anatolii anatolij
arkady arkadi arkadiy arkadii
arseny arseni arseniy arsenii
valery valeri valeriy valerii
valeria valeriya
vasily vasili vasiliy vassily vasilii wassily vassili
vitaly vitali vitaliy vitalii vitalij
vyacheslav viacheslav vjacheslav vyatcheslav
yegor egor
yelena ielena
yekaterina ekaterina
yulia yuliya iulia yulya
ksenia kseniya xenia kseniia
natalia nataliya natalya natalja nataliia natalija
daria darya dariya
lyudmila liudmila ludmila lyudmyla liudmyla ludmyla
tatiana tatyana tatjana tatianna
gennady gennadi gennadiy gennadii guennadi gennadij
georgy georgi georgiy georgii gueorgui georgij
grigory grigori grigoriy grigorii grigorij
ilya ilia iliya
kirill kiril
lavrentiy lavrenti
maxim maksim
rustem rustam roustam
timofey timofei
yaroslav jaroslav iaroslav
zakhar zahar
zhirinovsky zhirinovskiy jirinovski zhirinovski
prigozhin prigojin prigoschin prigozhyn
lukashenko lukashenka loukachenko lukaschenko
gorbachev gorbachov gorbachyov gorbatchev gorbaciov gorbatchov gorbatschow
yeltsin eltsin jelzin ieltsine eltsine
khrushchev khrushchov khruschev kruschev krushchev khrouchtchev chruschtschow
putin poutine putine
medvedev medvedyev medvediev medwedew
kadyrov kadirov kadyrow qadyrov
shoigu shoygu choigou schoigu
gerasimov guerassimov gerassimov gherasimov
tymoshenko timoshenko tymochenko timochenko
yanukovych yanukovich ianoukovitch ianukovych janukowitsch yanoukovitch
yushchenko iushchenko youchtchenko yuschenko juschtschenko
poroshenko porochenko
zaluzhny zaluzhnyi zaluzhnyy zaluzhniy zaluzhnyj zaloujny
syrsky syrskyi syrskyy syrskiy syrski syrskyj sirsky
klitschko klychko klichko klitchko
nemtsov nemtzov
navalny navalnyi navalniy navalnyy nawalny navalni
benjamin binyamin benyamin binjamin
netanyahu netanyaho nethanyahu netanjahu netanyahou natanyahu netenyahu
itzhak yitzchak yitshak yizhak itzchak yitzhaq
yaakov yaacov jaakov yaaqov yaakob
yehuda yehudah jehuda
yoav joav
yigal igal
ehud ehoud
eliyahu eliahu elijahu
gantz ganz
gallant galant
smotrich smotritch smotrych
bezalel betzalel
itamar ithamar
gvir gvyr
haim chaim hayim chayim hayyim khaim
herzog hertzog
katz kats
menachem menahem menakhem
mordechai mordecai mordekhai mordehai
moshe mosheh
naftali naphtali
peretz perets
shimon shimeon
shlomo shelomo
tzachi tsachi tsahi tzahi
tzipi tsipi
tzvi tsvi zvi zwi
tayyip tayip
erdogan erdoghan
aliyev aliev aliyew
`

// western are names that are spelled one way, whatever the rules of Spelling
// would make of them.
const western = `
aaron adams allen alley anna anne annette ashley bailey barrett barry becker bennett betty
billy bobby boyle brett brooks brown bryan byrne carroll cassidy charlotte claudette clayton
collins connor cooper craig cynthia danny dennis derrick dixon donna douglas dwyer dylan
elliott ellis emma eddy faulkner ferrell ferry finn fitzgerald foley ford fuller gallagher
garrett garry gerry gould grayson greene griffith hall hanna hannah harris harry haynes hayes
henry hill hoffman holly hollywood hopper hudson humphrey hurley jackson jeff jeffrey jenna
jenny jerry jill jimmy johnny johnson joyce judd kelly kennedy kenny kerry kyle larry lawless
leigh lennon lewis libby lloyd loretta louis louise lucas lynn mackenzie marianne mattis
matthew maxwell mcconnell mccarthy meyer mill miller mitchell mollie molly moore morris
morrison murray murphy myers nathalie nelly nolan norris odell parry patton peggy penny perry
philippe phillips polly powell pyle ramsey randall raymond reynolds robb robbins ross rossi roy
russell ryan sally sanders scott sharon shelley sherry sidney spencer stanley stella stewart
sydney sylvester sylvia taylor terry thatcher tommy tony tracy tyler tyson valley vanessa
viviane wallace walsh walter warren watt webb wells wendy wesley whitney williams wilson wyatt
young
`

// A known name has a spelling that stands for all of its variants.
type known struct {
	spelling string
	arabic   bool
}

// spellings leads from each of the variants to the one that stands for them.
var spellings = sync.OnceValue(func() map[string]known {
	out := make(map[string]known, 2500)
	for _, names := range []string{western, shortForms} {
		for n := range strings.FieldsSeq(names) {
			out[n] = known{n, false}
		}
	}
	for _, list := range []string{others, arabic} {
		for line := range strings.Lines(list) {
			names := strings.Fields(line)
			for _, n := range names {
				out[n] = known{names[0], list == arabic}
			}
		}
	}
	return out
})

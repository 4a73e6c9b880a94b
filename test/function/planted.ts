/** Twenty texts that no output may contain: credentials, and sentences of documents. */

export const PLANTED = {
  serviceKey: "sb_secret_9Qw7LmXz41",
  brokenKey: "sb_secret_broken_Kp3",
  unusableKey: "sb_secret_unusable_Vt8",
  foreignKey: "sb_secret_foreign_Hs2",
  databasePassword: "hunter2-of-the-database",
  urlPassword: "tulip-in-the-address",
  awsSecretKey: "wJalrXUtnFEMI+K7MDENGbPxRfiCYEXAMPLEKEY",
  awsSessionToken: "IQoJb3JpZ2luX2VjEJr-planted-token",
  awsSignature: "b2fd1ec5fa1e48a2c1d5a64c0a8cbdf1",
  title: "Minutes of the closed meeting",
  first: "The merger with Albatross closes in May.",
  middle: "Her blood group is recorded as rhesus negative.",
  last: "The vault opens with the old organ tune.",
  image: "A caption hides behind the pixels.",
  binary: "Two columns of salaries follow the header.",
  misencoded: "Le café des espions ferme tard.",
  large: "The whole ledger repeats this line.",
  marked: "zalgo-whisper",
  refused: "The database answers with this row.",
  unembedded: "This one broke the model's arithmetic.",
} as const;

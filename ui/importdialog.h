// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/importsettings.h"

#include <QDialog>

class Document;
class QLabel;
class QPushButton;
class QVBoxLayout;
class VisslForm;

/// Import settings: VISSL's as a form, whose recipe the window shows while they are edited; the rules of other programs
/// as they are read. Keeping it is one undo step, cancelling leaves the recipe as it was. Not modal.
class ImportDialog final : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(Document *document, QWidget *parent);
    /// Begin with what the recipe says, where VISSL can say it, and with VISSL's defaults otherwise.
    void begin();
    /// Take settings from a file or from the clipboard.
    void readFile(const QString &path);
    void readText(const QString &text, const QString &name = {});

Q_SIGNALS:
    void openRequested(const QString &path);

protected:
    void reject() override;

private:
    void chooseFile();
    void apply();
    void readOthers(const ImportInput &input);
    void use(const Imported &imported, const std::vector<ImportRemark> &remarks);
    void showRemarks(const std::vector<ImportRemark> &remarks);
    void showError(const Error &error);
    void showFit();
    void fitHeight();

    Document *m_document;
    VisslForm *m_form;
    QVBoxLayout *m_remarks;
    QLabel *m_others; ///< what was read that has no form
    QLabel *m_problem;
    QLabel *m_fit;
    QPushButton *m_keep;
    std::vector<ImportRemark> m_read; ///< what the text said that is no setting
    std::string m_source; ///< where the settings are from
    Recipe m_before;
    QString m_session; ///< the edits of this dialog are one
    bool m_isApplied = false;
};
